import HarkProtocol
import Testing

@Suite struct VerboseNameTests {
    @Test func `everything but a message is reserved`() {
        func isReserved(_ name: String) -> Bool { Array(name.utf8).withUnsafeBytes { VerboseName.isReserved($0) } }
        #expect(!isReserved("message"))
        for name in ["messages", "Message", "", "peerid", "sync", "ack", "error"] { #expect(isReserved(name)) }
    }
}
