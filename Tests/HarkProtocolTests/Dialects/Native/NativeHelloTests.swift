import HarkProtocol
import HarkWire
import Testing

@Suite struct NativeHelloTests {
    @Test func `everything in it arrives`() {
        var hello = NativeHello(
            node: NativeSide.clientNode, capabilities: [.mesh, .sessions], heartbeat: 250,
            session: NativeSessionClaim(id: NativeSide.serverNode, token: NativeSide.clientNode, received: 1 << 40),
            credentials: ["a": [true, .bytes([1])]],
            will: ["left", 1])
        let client = NativeSide(.client)
        let server = NativeSide(.server, answer: .wait)
        server.open()
        client.open(hello)
        server.receive(client.take())
        hello.limits = NativeLimits()
        #expect(server.machine.hello == hello)
    }

    @Test func `credentials may be as deep as any value, less the greeting itself`() {
        var deep: Value = 0
        for _ in 0..<63 { deep = [deep] }
        let client = NativeSide(.client)
        let server = NativeSide(.server)
        server.open()
        client.open(NativeHello(node: NativeSide.clientNode, credentials: deep))
        server.receive(client.take())
        #expect(server.machine.hello?.credentials == deep)
    }

    @Test func `a will without a name, or with one that is too long, is refused`() {
        for will: [Value] in [[], [1, "left"], [.string(String(repeating: "n", count: 256))]] {
            let client = NativeSide(.client)
            let server = NativeSide(.server)
            server.open()
            client.open(NativeHello(node: NativeSide.clientNode, will: will))
            server.receive(client.take())
            #expect([.malformed(.hello), .nameTooLong(byteCount: 256)].contains(server.violation))
        }
    }
}
