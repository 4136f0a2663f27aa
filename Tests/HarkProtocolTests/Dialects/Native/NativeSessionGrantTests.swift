import HarkProtocol
import HarkWire
import Testing

@Suite struct NativeSessionGrantTests {
    private static let id = NativeIdentifier(high: 7, low: 8)

    @Test(arguments: [
        NativeSessionGrant(id: id, token: id),
        NativeSessionGrant(id: id, token: id, received: 9, outcome: .resumed),
        NativeSessionGrant(id: id, token: id, outcome: .refused(why: "expired")),
    ])
    func `each outcome arrives`(grant: NativeSessionGrant) {
        let welcome = NativeWelcome(node: NativeSide.serverNode, peer: "p", session: grant)
        #expect(NativeWelcomeTests.client(welcome, claimed: Self.id).machine.welcome?.session == grant)
    }

    @Test(
        arguments: [
            ["state": "old"], ["state": 1], ["received": 1, "state": "new"], ["received": 1, "state": "refused"],
            ["state": "refused", "why": 3],
        ] as [Value.Object])
    func `a grant that makes no sense is refused`(fields: Value.Object) throws {
        var all: [(String, Value)] = [("id", NativeMapTests.node), ("token", NativeMapTests.node)]
        all += fields.map { ($0.key, $0.value) }
        let client = NativeSide(.client)
        client.open()
        client.receive(NativeMachineTests.magic)
        client.receive(
            try NativeMapTests.frame(.welcome, ["node": NativeMapTests.node, "session": .object(.init(all))]))
        #expect(client.violation == .malformed(.welcome))
    }
}
