import HarkProtocol
import HarkWire
import Testing

@Suite struct NativeWelcomeTests {
    /// What a client makes of `welcome`, after it has claimed the session `claimed`.
    static func client(_ welcome: NativeWelcome, claimed: NativeIdentifier? = nil) -> NativeSide {
        let client = NativeSide(.client)
        let server = NativeSide(.server, answer: .wait)
        server.open()
        client.open(
            NativeHello(
                node: NativeSide.clientNode, capabilities: [.data, .sessions],
                session: claimed.map {
                    NativeSessionClaim(id: $0, token: NativeIdentifier(high: 0, low: 0), received: 0)
                }))
        server.receive(client.take())
        server.machine.accept(welcome, control: &server.control)
        client.receive(server.take())
        return client
    }

    @Test func `everything in it arrives`() {
        let welcome = NativeWelcome(
            node: NativeSide.serverNode, peer: "Zoë", capabilities: [.data], heartbeat: 0,
            session: NativeSessionGrant(id: NativeSide.clientNode, token: NativeSide.serverNode))
        #expect(Self.client(welcome).machine.welcome == welcome)
    }

    @Test func `a name for the peer that no client would take is not sent`() {
        let welcome = NativeWelcome(node: NativeSide.serverNode, peer: String(repeating: "x", count: 256))
        let client = Self.client(welcome)
        #expect(client.machine.welcome == nil)
        #expect(client.machine.state == .greeting)
    }
}
