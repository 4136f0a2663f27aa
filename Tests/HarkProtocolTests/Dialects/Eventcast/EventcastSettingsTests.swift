import HarkProtocol
import Testing

struct EventcastSettingsTests {
    @Test func `an id is 16 hex digits, by its seed`() {
        let ids = [1, 2, 1].map { EventcastSettings.id(seed: $0) }
        #expect(ids[0] == ids[2] && ids[0] != ids[1])
        #expect(ids.allSatisfy { $0.utf8.count == 16 && $0.allSatisfy { $0.isHexDigit && !$0.isUppercase } })
    }

    @Test func `the defaults are those of the original`() {
        let settings = EventcastSettings(id: "i", host: "127.0.0.1", port: 9_000, hostname: "vm")
        #expect(settings.messageTtl == 3_000 && settings.maxPayloadSize == 1_024 && !settings.acceptsPlaintext)
    }
}
