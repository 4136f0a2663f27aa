import HarkProtocol
import Testing

@Suite struct GoodbyeReasonTests {
    @Test func `numbers never change`() {
        let numbers = GoodbyeReason.allCases.map { "\($0.rawValue) \($0)" }
        #expect(
            numbers == [
                "0 normal", "1 shutdown", "2 refused", "3 version", "4 limit", "5 replaced", "6 handshakeTimeout",
                "7 heartbeatTimeout", "8 invalidated", "9 frameTimeout", "32 wrongMagic", "33 unknownKind",
                "34 frameTooLong", "35 malformed", "36 unexpected", "37 nameRedefined", "38 nameUndefined",
                "39 nameTooLong", "40 tooManyNames", "41 acknowledgedTooMany",
            ])
    }

    @Test func `what breaks the protocol is told apart from what ends a connection`() {
        for reason in GoodbyeReason.allCases { #expect(reason.isViolation == (reason.rawValue >= 32)) }
    }
}
