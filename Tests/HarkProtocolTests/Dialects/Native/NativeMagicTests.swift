import HarkProtocol
import Testing

@Suite struct NativeMagicTests {
    @Test func `nothing of a text or of another protocol begins like it`() {
        for text in ["GET / HTTP/1.1\r\n\r\n", "HARK\n\u{1A}\u{1}", "[\"event\",1]\n", "\u{16}\u{3}\u{1}", "hark"] {
            let server = NativeSide(.server)
            server.open()
            server.receive(Array(text.utf8))
            #expect(server.violation == .wrongMagic, "\(text)")
        }
    }

    @Test func `the magic and the first frames may come in one read`() {
        let client = NativeSide(.client)
        let server = NativeSide(.server)
        server.open()
        client.open()
        server.receive(client.take() + [0x12, 0, 0, 0])
        #expect(server.transcript == ["hello", "flush"])
    }
}
