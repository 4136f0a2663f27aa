import HarkProtocol
import HarkWire
import Testing

@Suite struct NativeGoodbyeTests {
    private func client(_ hex: String) -> NativeSide {
        let client = NativeSide(.client)
        client.open()
        client.receive(NativeMachineTests.magic + NativeVectors.bytes(hex: hex))
        return client
    }

    @Test func `a code of a later version is kept as its number`() throws {
        let goodbye = try #require(client("03 05 00 00 e8 07 00 01 78").machine.goodbye as NativeGoodbye?)
        #expect(goodbye.code == 1_000)
        #expect(goodbye.reason == nil)
        #expect(goodbye.text == "x")
    }

    @Test func `long texts are shortened`() {
        let text = String(repeating: "x", count: 5_000)
        #expect(NativeGoodbye(.normal, text: text).text.utf8.count == NativeLimits.textByteCountMax)
    }

    @Test(arguments: ["03 00 00 00", "03 02 00 00 00 00", "03 04 00 00 00 00 02 61", "03 04 00 00 00 00 01 ff"])
    func `a goodbye that cannot be read is refused`(hex: String) {
        #expect(client(hex).violation == .malformed(.goodbye))
    }
}
