import HarkProtocol
import HarkWire
import Testing

/// The recorded frames: read as they say, and written byte for byte.
@Suite struct NativeFrameTests {
    private static func receiver(_ name: String) -> NativeSide {
        let role: NativeMachine.Role = name == "welcome" ? .client : .server
        let side = NativeSide(role, answer: .wait)
        side.open()
        if name == "magic" { return side }
        side.receive(NativeMachineTests.magic)
        if role == .server, name != "hello" {
            let client = NativeSide(.client)
            client.open()
            side.receive(Array(client.take().dropFirst(NativeMagic.byteCount)))
            side.accept()
            side.receive([0x04, 5, 0, 0, 1] + Array("tick".utf8))
            for _ in 0..<300 { side.emit("sent") }
        }
        side.forget()
        return side
    }

    @Test func `each recorded frame is read as it says`() throws {
        for vector in try NativeVectors().all {
            let side = Self.receiver(vector.name)
            side.receive(vector.bytes)
            #expect(side.transcript.joined(separator: ", ") == vector.meaning, "\(vector.name)")
        }
    }

    @Test func `each kind is recorded`() throws {
        let kinds = Set(try NativeVectors().all.map { ($0.bytes[0] & NativeKind.mask) })
        #expect(kinds.isSuperset(of: NativeKind.allCases.map(\.rawValue)))
    }

    @Test func `each frame is written byte for byte`() throws {
        let vectors = try NativeVectors()
        var written = Set<String>()
        for (name, bytes) in Self.written() {
            let recorded = vectors[name].map { NativeSide.hex($0.bytes) }
            #expect(NativeSide.hex(bytes) == recorded, "\(name)")
            written.insert(name)
        }
        let unwritten = Set(vectors.all.map(\.name)).subtracting(written)
        #expect(unwritten == ["event with headers", "event with origin", "unknown optional"])
    }

    private static func written() -> [(String, [UInt8])] {
        events() + requests() + control() + greetings()
    }

    private static func greetings() -> [(String, [UInt8])] {
        let client = NativeSide(.client)
        client.open(
            NativeHello(
                node: NativeSide.clientNode, capabilities: .sessions,
                session: NativeSessionClaim(id: NativeSide.serverNode, token: NativeSide.clientNode, received: 3),
                credentials: ["user": "ann"]))
        let greeting = client.take()
        let server = NativeSide(.server)
        server.session = NativeSessionGrant(
            id: NativeSide.clientNode, token: NativeSide.serverNode, outcome: .refused(why: "expired"))
        server.open()
        server.receive(greeting)
        let answer = server.take()
        return [
            ("magic", Array(greeting.prefix(NativeMagic.byteCount))),
            ("hello", Array(greeting.dropFirst(NativeMagic.byteCount))),
            ("welcome", Array(answer.dropFirst(NativeMagic.byteCount))),
        ]
    }

    private static func events() -> [(String, [UInt8])] {
        let side = NativeSide(.client)
        _ = side.define("tick")
        let name = side.take()
        side.emit("tick", [0x01, 0x61, 0x78])
        let event = side.take()
        side.emit(inFull: "tock", [0x01])
        let namedEvent = side.take()
        side.emit("tick", [0x02], isVolatile: true)
        let volatile = side.take()
        side.emit(inFull: "tock", isVolatile: true)
        return [
            ("name", name), ("event", event), ("namedEvent", namedEvent), ("volatile", volatile),
            ("namedVolatile", side.take()),
        ]
    }

    private static func requests() -> [(String, [UInt8])] {
        let side = NativeSide(.client)
        side.outgoing.beginRequest(300, within: 1_500, number: 1, into: &side.data)
        side.data.append(0x05)
        _ = side.outgoing.endUncounted(&side.data)
        let request = side.take()
        Array("sum".utf8).withUnsafeBytes {
            side.outgoing.beginRequest(1, within: 0, named: $0, into: &side.data)
        }
        _ = side.outgoing.endUncounted(&side.data)
        let namedRequest = side.take()
        side.outgoing.beginReply(300, into: &side.data)
        side.data.append(0x06)
        _ = side.outgoing.endUncounted(&side.data)
        let reply = side.take()
        _ = side.outgoing.writeFailure(300, .expired, text: "late", into: &side.data)
        let failure = side.take()
        Array("key".utf8).withUnsafeBytes { side.outgoing.beginData($0, version: 9, into: &side.data) }
        side.data.append(0xF5)
        _ = side.outgoing.endUncounted(&side.data)
        let data = side.take()
        Array("key".utf8).withUnsafeBytes { side.outgoing.beginData($0, version: 10, into: &side.data) }
        _ = side.outgoing.endUncounted(&side.data)
        let dataRemoved = side.take()
        side.outgoing.writeFlush(into: &side.data)
        return [
            ("request", request), ("namedRequest", namedRequest), ("reply", reply), ("failure", failure),
            ("data", data), ("data removed", dataRemoved), ("flush", side.take()),
        ]
    }

    private static func control() -> [(String, [UInt8])] {
        let side = receiver("open")
        _ = side.take()
        side.machine.incoming.processedCount = 200
        side.machine.acknowledge(into: &side.control)
        let ack = side.take()
        side.machine.settle(130, .threw, text: "no", into: &side.control)
        let settled = side.take()
        side.machine.settle(2, .ok, into: &side.control)
        let settledWell = side.take()
        side.machine.ping(0x0807_0605_0403_0201, into: &side.control)
        let ping = side.take()
        side.receive(ping)
        let pong = side.take()
        side.machine.tellStorm(heard: 300, answer: 1, into: &side.control)
        let storm = side.take()
        side.machine.close(.version, retryAfter: 250, text: "bye", control: &side.control)
        return [
            ("ack", ack), ("settled", settled), ("settled well", settledWell), ("ping", ping), ("pong", pong),
            ("storm", storm), ("goodbye", side.take()),
        ]
    }
}
