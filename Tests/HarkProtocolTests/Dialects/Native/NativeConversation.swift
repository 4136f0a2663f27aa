import HarkProtocol
import HarkWire

/// A recorded conversation with each kind of frame in it, as the bytes of one side.
enum NativeConversation {
    /// What the receiving side is at the beginning.
    static func receiver(_ role: NativeMachine.Role) -> NativeSide {
        let side = NativeSide(role)
        side.open()
        // Something to acknowledge and settle.
        for _ in 0..<5 { side.emit("sent") }
        return side
    }

    /// The bytes that the side with this role says.
    static func bytes(of role: NativeMachine.Role) -> [UInt8] {
        let side = NativeSide(role)
        side.open(
            NativeHello(
                node: NativeSide.clientNode, capabilities: [.sessions],
                session: NativeSessionClaim(id: NativeSide.serverNode, token: NativeSide.clientNode, received: 0),
                credentials: ["user": "ann", "keys": [1, 2.5, nil]]))
        // Only to bring this side to where it may speak: nothing of it is in the recording.
        let other = NativeSide(role == .client ? .server : .client)
        other.open()
        switch role {
        case .client:
            var greeting = side.take()
            other.receive(greeting)
            side.receive(other.take())
            say(side)
            greeting += side.take()
            return greeting
        case .server:
            side.session = NativeSessionGrant(
                id: NativeSide.clientNode, token: NativeSide.serverNode, outcome: .refused(why: "over"))
            side.receive(other.take())
            say(side)
            return side.take()
        }
    }

    private static func say(_ side: NativeSide) {
        side.emit("tick", [0x01])
        side.emit("tick", [0x02])
        side.emit("tick")
        side.emit("Überraschung", [0x63, 0x61, 0x62, 0x63], isVolatile: true)
        side.emit(inFull: "a.b", [0xF6])
        side.emit(inFull: "", [0xF5], isVolatile: true)
        side.emit("tick", [0x03])
        let number = side.define("sum")
        side.outgoing.beginRequest(300, within: 1_500, number: number, into: &side.data)
        side.data.append(0x02)
        _ = side.outgoing.endUncounted(&side.data)
        Array("mul".utf8).withUnsafeBytes {
            side.outgoing.beginRequest(301, within: 0, named: $0, into: &side.data)
        }
        _ = side.outgoing.endUncounted(&side.data)
        side.outgoing.beginReply(7, into: &side.data)
        side.data.append(0x18)
        side.data.append(0x2A)
        _ = side.outgoing.endUncounted(&side.data)
        _ = side.outgoing.writeFailure(8, .threw, text: "disk full", into: &side.data)
        Array("key".utf8).withUnsafeBytes { side.outgoing.beginData($0, version: 9, into: &side.data) }
        side.data.append(0xF5)
        _ = side.outgoing.endUncounted(&side.data)
        side.outgoing.writeFlush(into: &side.data)
        // With headers, with an origin, and a kind of a later version.
        for frame in NativeVectors.flagged { for byte in frame { side.data.append(byte) } }
        side.machine.incoming.processedCount = side.machine.incoming.receivedCount + 2
        side.machine.acknowledge(into: &side.data)
        side.machine.settle(4, .threw, text: "no", into: &side.data)
        side.machine.ping(0x0807_0605_0403_0201, into: &side.data)
        side.emit("tick", [0x04])
        side.machine.close(.shutdown, retryAfter: 250, text: "bye", control: &side.data)
    }
}
