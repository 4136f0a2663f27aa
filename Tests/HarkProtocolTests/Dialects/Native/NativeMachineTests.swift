import HarkProtocol
import HarkWire
import Testing

@Suite struct NativeMachineTests {
    static let magic: [UInt8] = [0x48, 0x41, 0x52, 0x4B, 0x0D, 0x0A, 0x1A, 0x01]

    /// Two sides after their handshake, with nothing left to send.
    private func pair() -> (client: NativeSide, server: NativeSide) {
        let client = NativeSide(.client)
        let server = NativeSide(.server)
        server.open()
        client.open()
        exchange(client, server)
        client.forget()
        server.forget()
        return (client, server)
    }

    private func exchange(_ client: NativeSide, _ server: NativeSide) {
        server.receive(client.take())
        client.receive(server.take())
        server.receive(client.take())
    }

    // MARK: Handshake

    @Test func `both sides begin with the magic and are open after one round trip`() {
        let client = NativeSide(.client)
        let server = NativeSide(.server)
        server.open()
        client.open()
        #expect(server.take().isEmpty)
        let greeting = client.take()
        #expect(greeting.starts(with: Self.magic))
        server.receive(greeting)
        let answer = server.take()
        #expect(answer.starts(with: Self.magic))
        #expect(server.transcript == ["hello"])
        #expect(server.machine.state == .open)
        client.receive(answer)
        #expect(client.transcript == ["welcomed"])
        #expect(client.machine.state == .open)
        #expect(client.machine.welcome?.peer == "p1")
        #expect(server.machine.hello?.node == NativeSide.clientNode)
    }

    @Test func `limits and capabilities are those of the machine and of both`() {
        var limits = NativeLimits()
        limits.frameByteCount = 77
        let client = NativeSide(.client, limits: limits)
        let server = NativeSide(.server, answer: .wait)
        server.open()
        client.open(NativeHello(node: NativeSide.clientNode, capabilities: [.sessions, .data]))
        server.receive(client.take())
        #expect(server.machine.remoteLimits.frameByteCount == 77)
        var welcome = NativeWelcome(node: NativeSide.serverNode, peer: "p", capabilities: [.data, .mesh])
        welcome.limits.frameByteCount = 1
        let isAccepted = server.machine.accept(welcome, control: &server.control)
        client.receive(server.take())
        #expect(isAccepted)
        #expect(client.machine.welcome?.capabilities == .data)
        #expect(client.machine.remoteLimits == NativeLimits())
    }

    @Test func `the client's credentials reach the server`() {
        let client = NativeSide(.client)
        let server = NativeSide(.server, answer: .wait)
        server.open()
        client.open(NativeHello(node: NativeSide.clientNode, credentials: ["token": "x", "n": [1, nil]]))
        server.receive(client.take())
        #expect(server.machine.hello?.credentials == ["token": "x", "n": [1, nil]])
        #expect(server.machine.state == .authorizing)
    }

    @Test func `a greeting over 8 KiB is not sent`() {
        let client = NativeSide(.client)
        let long = Value.string(String(repeating: "x", count: NativeLimits.handshakeByteCountMax))
        let isOpen = client.machine.opened(
            hello: NativeHello(node: NativeSide.clientNode, credentials: long), control: &client.control)
        #expect(!isOpen)
        #expect(client.take() == Self.magic)
        var deep: Value = 0
        for _ in 0..<64 { deep = [deep] }
        let isDeepOpen = client.machine.opened(
            hello: NativeHello(node: NativeSide.clientNode, credentials: deep), control: &client.control)
        #expect(!isDeepOpen)
        #expect(client.take() == Self.magic)
    }

    @Test func `nobody is let in who is no longer there`() {
        let server = NativeSide(.server, answer: .wait)
        server.open()
        #expect(!server.accept())
        let client = NativeSide(.client)
        client.open()
        client.machine.close(.normal, control: &client.control)
        server.receive(client.take())
        #expect(server.transcript == ["hello", "goodbye"])
        #expect(!server.accept())
        #expect(server.take().isEmpty)
    }

    @Test func `a refusal says why and when to come again`() {
        let client = NativeSide(.client)
        let server = NativeSide(.server, answer: .refuse)
        server.open()
        client.open()
        exchange(client, server)
        #expect(client.transcript == ["goodbye"])
        #expect(client.machine.goodbye == NativeGoodbye(.refused, retryAfter: 5, text: "not today"))
        #expect(client.machine.state == .closing)
    }

    @Test func `events sent along with the hello are refused`() {
        let client = NativeSide(.client)
        let server = NativeSide(.server, answer: .wait)
        server.open()
        client.open()
        client.emit("early")
        server.receive(client.take())
        #expect(server.violation == .unexpected(.name))
        #expect(server.transcript == ["hello", "violation unexpected"])
    }

    @Test func `a greeting frame over 8 KiB is refused by its header`() {
        let server = NativeSide(.server)
        server.open()
        server.receive(Self.magic + [0x01, 0x01, 0x20, 0x00])
        #expect(server.violation == .frameTooLong(byteCount: 8193, limit: 8192))
    }

    // MARK: Magic

    @Test(arguments: 0..<7)
    func `a wrong byte of the magic is refused as soon as it is there`(index: Int) {
        var bytes = Self.magic
        bytes[index] ^= 0x20
        for isWhole in [true, false] {
            let server = NativeSide(.server)
            server.open()
            if isWhole {
                server.receive(Array(bytes[...index]))
            } else {
                for byte in bytes[..<index] { server.receive([byte]) }
                #expect(server.violation == nil)
                server.receive([bytes[index]])
            }
            #expect(server.violation == .wrongMagic)
            #expect(server.take().starts(with: Self.magic + [NativeKind.goodbye.rawValue]))
        }
    }

    @Test func `another version is answered with the versions spoken here`() throws {
        let server = NativeSide(.server)
        server.open()
        server.receive(Self.magic.dropLast() + [2])
        #expect(server.violation == .versionUnsupported(2))
        let client = NativeSide(.client)
        client.open()
        client.receive(server.take())
        let received = client.machine.goodbye
        let goodbye = try #require(received)
        #expect(goodbye.reason == .version)
        #expect(goodbye.versions == [1])
        #expect(goodbye.text.contains("version 2"))
    }

    @Test func `a client is told the version of its server`() {
        let client = NativeSide(.client)
        client.open()
        client.receive(Self.magic.dropLast() + [9])
        #expect(client.violation == .versionUnsupported(9))
    }

    // MARK: Events

    @Test func `events arrive in order with their names and arguments`() {
        let (client, server) = pair()
        client.emit("a", [0x01])
        client.emit("b", [0x02])
        client.emit("a", [0x03], isVolatile: true)
        client.emit(inFull: "c", [0x04])
        client.emit("a", [])
        server.receive(client.take())
        #expect(
            server.transcript == [
                "consumed", "event 0 01", "consumed", "event 1 02", "volatile 0 03", "event 'c' 04", "event 0",
            ])
        #expect(server.machine.incoming.receivedCount == 4)
        #expect(client.outgoing.sentCount == 4)
    }

    @Test func `an event goes back as one acknowledgement`() {
        let (client, server) = pair()
        for _ in 0..<3 { client.emit("a") }
        server.receive(client.take())
        server.machine.acknowledge(into: &server.control)
        server.machine.acknowledge(into: &server.control)
        client.receive(server.take())
        #expect(client.transcript == ["acknowledged 3"])
        #expect(client.outgoing.unacknowledgedCount == 0)
    }

    @Test func `a ping is answered, and no more when nobody reads the answers`() {
        let (client, server) = pair()
        client.machine.ping(77, into: &client.control)
        let ping = client.take()
        server.receive(ping)
        client.receive(server.take())
        #expect(client.transcript == ["pong 77"])
        for _ in 0..<20_000 { server.receive(ping) }
        #expect(server.control.byteCount < NativeLimits.controlByteCountMax + 12)
    }

    @Test func `frames that say nothing are read as such`() {
        let (client, server) = pair()
        server.receive([0x12, 0, 0, 0])
        client.outgoing.beginReply(0, into: &client.data)
        let isSent = client.outgoing.endUncounted(&client.data)
        server.receive(client.take())
        #expect(isSent)
        #expect(server.transcript == ["flush", "reply 0"])
    }

    // MARK: Ending

    @Test func `what arrives after a goodbye is passed over until the other one's`() {
        let (client, server) = pair()
        server.machine.close(.shutdown, text: "restart", control: &server.control)
        client.emit("late")
        server.receive(client.take())
        #expect(server.transcript == ["consumed", "consumed"])
        #expect(server.machine.incoming.receivedCount == 0)
        client.receive(server.take())
        #expect(client.transcript == ["goodbye"])
        #expect(client.machine.goodbye?.reason == .shutdown)
        client.machine.close(.normal, control: &client.control)
        #expect(client.take().isEmpty)
    }

    @Test func `after a violation anything is passed over`() {
        let (_, server) = pair()
        server.receive([0x00, 0, 0, 0])
        #expect(server.violation == .unknownKind(0))
        let goodbye = server.take()
        #expect(!goodbye.isEmpty)
        server.receive([UInt8](repeating: 0xFF, count: 1000))
        server.receive([0xFF])
        #expect(server.stashedByteCount == 0)
        #expect(server.take().isEmpty)
        #expect(server.transcript == ["violation unknownKind"])
    }

    @Test func `a machine can be opened again after the connection broke`() {
        let (client, server) = pair()
        client.machine.disconnected()
        server.machine.disconnected()
        #expect(client.machine.state == .disconnected)
        server.open()
        client.open()
        exchange(client, server)
        #expect(client.machine.state == .open)
        #expect(server.machine.state == .open)
    }
}
