internal import HarkProtocol
internal import HarkUV
public import HarkWire

/// An event that was received: its name, who sent it, and its arguments, decoded when asked for.
///
/// It holds a copy of the arguments' bytes and may be kept and passed to other threads.
public struct Event: Sendable {
    /// The event's name.
    public let name: String

    /// The server's peer that sent it; nil on a client, which has only one other side, and for events of this process.
    public let peer: Peer?

    /// The member of a group that sent it; nil for events of connections and of this process.
    public let member: MulticastGroup.Member?

    /// The id of the node that emitted it, on a node; nil where the wire does not tell, and elsewhere.
    public let origin: String?

    /// Whether it may have arrived before, in a session that has ended.
    public let isRedelivered: Bool

    /// The arguments as they came.
    private let encoded: [UInt8]

    @EventLoop
    init(arriving arguments: UnsafeRawBufferPointer) {
        name = Dispatch.name
        origin = Dispatch.node?.currentOrigin
        peer = Dispatch.connection?.peer
        member = Dispatch.group?.currentMember
        isRedelivered = Dispatch.connection?.machine.isRedelivered ?? false
        encoded = Array(arguments)
    }

    /// Lets the event be acknowledged later than when its listeners have returned: when the work that it asks for is
    /// done. Call it in the listener, before that returns or waits.
    ///
    /// ```swift
    /// server.onAny { event in
    ///     let pending = event.deferAcknowledgement()
    ///     journal.append(event) { pending.acknowledge() }
    /// }
    /// ```
    @EventLoop
    public func deferAcknowledgement() -> PendingAcknowledgement {
        Dispatch.connection?.deferAcknowledgement() ?? PendingAcknowledgement()
    }

    /// All arguments.
    ///
    /// - Throws: `ArgumentError` when the sender's bytes are malformed.
    public var arguments: [Value] {
        get throws {
            try encoded.withUnsafeBytes { bytes in
                var reader = ArgumentReader(bytes)
                var values: [Value] = []
                while !reader.isAtEnd { values.append(try reader.readValue()) }
                return values
            }
        }
    }

    /// Decodes the arguments to the given types, front to back.
    ///
    /// ```swift
    /// let (symbol, price) = try event.decode(String.self, Double.self)
    /// ```
    /// - Throws: `ArgumentError` when there are fewer, or they are of other types.
    public func decode<each A: EventArgument>(_ types: repeat (each A).Type) throws -> (repeat each A) {
        try encoded.withUnsafeBytes { bytes in
            var reader = ArgumentReader(bytes)
            return (repeat try (each types).init(reading: &reader))
        }
    }
}
