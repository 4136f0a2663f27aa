import HarkProtocol
import HarkWire

/// What a client says first, as bytes.
enum Greeting {
    static func bytes(_ claim: NativeSessionClaim? = nil, _ credentials: Value? = nil) -> [UInt8] {
        var machine = NativeMachine(role: .client)
        var output = ByteWriter(pool: ChunkPool())
        machine.opened(hello: hello(claim, credentials), control: &output)
        output.seal()
        guard let chunk = output.takeChunk() else { return [] }
        return Array(chunk.bytes(from: 0))
    }

    /// The session that a server grants with `answer`; nil when it turns the client away.
    static func grant(in answer: [UInt8], to claim: NativeSessionClaim?) throws -> NativeSessionGrant? {
        var machine = NativeMachine(role: .client)
        var control = ByteWriter(pool: ChunkPool())
        machine.opened(hello: hello(claim, nil), control: &control)
        try answer.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            guard try machine.receivePreamble(&reader) else { return }
            _ = try machine.receive(&reader, control: &control)
        }
        return machine.welcome?.session
    }

    private static func hello(_ claim: NativeSessionClaim?, _ credentials: Value?) -> NativeHello {
        NativeHello(
            node: NativeIdentifier(high: 1, low: 2), capabilities: [.sessions], session: claim,
            credentials: credentials)
    }
}
