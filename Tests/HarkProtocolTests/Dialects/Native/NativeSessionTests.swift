import HarkProtocol
import HarkWire
import Testing

/// A connection that takes up where another one broke.
@Suite struct NativeSessionTests {
    private let id = NativeIdentifier(high: 1, low: 2)
    private let token = NativeIdentifier(high: 3, low: 4)

    /// A client with a session, to which `events` events were said, of which `processed` are.
    private func client(events: Int, processed: UInt64) -> NativeSide {
        let client = NativeSide(.client)
        let server = NativeSide(.server)
        server.session = NativeSessionGrant(id: id, token: token)
        server.open()
        client.open()
        server.receive(client.take())
        for number in 0..<events { server.emit("e", [UInt8(number)]) }
        client.receive(server.take())
        client.machine.incoming.processedCount = processed
        client.machine.disconnected()
        client.forget()
        return client
    }

    /// What a server sends that resumes the session after `processed` of its events, and repeats the others.
    private func resumption(
        _ outcome: NativeSessionGrant.Outcome, events: [UInt8], received: UInt64 = 0
    ) -> [UInt8] {
        let server = NativeSide(.server)
        server.session = NativeSessionGrant(id: id, token: token, received: received, outcome: outcome)
        server.open()
        let client = NativeSide(.client)
        client.open()
        server.receive(client.take())
        for number in events { server.emit("e", [number]) }
        return server.take()
    }

    @Test func `events that come again are passed over once`() {
        let client = client(events: 5, processed: 2)
        client.open(
            NativeHello(
                node: NativeSide.clientNode, session: NativeSessionClaim(id: id, token: token, received: 2)))
        client.receive(resumption(.resumed, events: [2, 3, 4, 5, 6]))
        #expect(
            client.transcript == [
                "welcomed", "consumed", "consumed", "consumed", "consumed", "event 0 05", "event 0 06",
            ])
        #expect(client.machine.incoming.receivedCount == 7)
        // And the hot path is back in use.
        let isOpen = client.machine.isOpen
        #expect(isOpen)
    }

    @Test func `what was processed while there was no connection is acknowledged on the next one`() {
        let client = client(events: 5, processed: 2)
        client.open(
            NativeHello(
                node: NativeSide.clientNode, session: NativeSessionClaim(id: id, token: token, received: 2)))
        _ = client.take()
        client.machine.incoming.processedCount = 4
        client.receive(resumption(.resumed, events: []))
        client.machine.acknowledge(into: &client.control)
        #expect(client.take() == [0x09, 1, 0, 0, 2])
    }

    @Test(arguments: [NativeSessionGrant.Outcome.new, .refused(why: "too late")])
    func `a new session counts from zero`(outcome: NativeSessionGrant.Outcome) {
        let client = client(events: 5, processed: 2)
        client.open(
            NativeHello(
                node: NativeSide.clientNode, session: NativeSessionClaim(id: id, token: token, received: 2)))
        client.receive(resumption(outcome, events: [9]))
        #expect(client.transcript == ["welcomed", "consumed", "event 0 09"])
        #expect(client.machine.incoming.receivedCount == 1)
        #expect(client.machine.welcome?.session?.outcome == outcome)
    }

    @Test func `a side that has only kept the count goes on from there`() {
        let client = NativeSide(.client)
        client.open(
            NativeHello(
                node: NativeSide.clientNode, session: NativeSessionClaim(id: id, token: token, received: 9)))
        _ = client.take()
        client.receive(resumption(.resumed, events: [7]))
        #expect(client.transcript == ["welcomed", "consumed", "event 0 07"])
        #expect(client.machine.incoming.receivedCount == 10)
        client.machine.acknowledge(into: &client.control)
        #expect(client.take() == [0x09, 1, 0, 0, 1])
    }

    @Test func `a session that was not asked for cannot go on`() {
        let client = NativeSide(.client)
        client.open()
        client.receive(resumption(.resumed, events: []))
        #expect(client.violation == .malformed(.welcome))
    }

    @Test func `a server passes over what it has from the connection before`() {
        let server = NativeSide(.server)
        let client = NativeSide(.client)
        server.open()
        client.open()
        server.receive(client.take())
        client.receive(server.take())
        client.emit("e", [1])
        client.emit("e", [2])
        server.receive(client.take())
        server.machine.disconnected()
        server.forget()

        server.session = NativeSessionGrant(id: id, token: token, received: 1, outcome: .resumed)
        server.open()
        client.open(
            NativeHello(
                node: NativeSide.clientNode, session: NativeSessionClaim(id: id, token: token, received: 0)))
        server.receive(client.take())
        client.receive(server.take())
        client.outgoing.redeclareNames(into: &client.control)
        client.emit("e", [2])
        client.emit("e", [3])
        server.receive(client.take())
        #expect(server.transcript == ["hello", "consumed", "consumed", "event 0 03"])
    }
}
