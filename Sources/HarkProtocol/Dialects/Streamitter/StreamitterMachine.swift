package import HarkWire

/// Streamitter's messages, as a value: one JSON array `[name, argument…]` for each event, in a JSON stream. There is
/// nothing else on this wire: no handshake, no ids, no end.
///
/// Names that a Uhura peer of the first versions would use for its handshake are not surfaced as events.
package struct StreamitterMachine: ~Copyable {
    /// What a message asks for. Its bytes are valid until the next call.
    package enum Effect {
        /// An event, its arguments as CBOR.
        case event(name: UnsafeRawBufferPointer, arguments: UnsafeRawBufferPointer)
        /// A value that is no event, and not meant as one.
        case ignored
        /// It was passed over.
        case malformed(String)
        /// Nothing more can be read from this connection.
        case tooLong(String)
    }

    private var stream: JSONEventStream
    private var separator = JSONStreamSeparator()

    package init(messageByteCountMax: Int, pool: ChunkPool) {
        stream = JSONEventStream(messageByteCountMax: messageByteCountMax, pool: pool)
    }

    /// How many bytes are here of a message whose end has not arrived; nil when there is none.
    package var partByteCount: Int? { stream.partByteCount }

    /// Takes the next message from the front of `input`; nil when more bytes are needed.
    package mutating func receive(_ input: inout UnsafeRawBufferPointer) -> Effect? {
        switch stream.next(&input) {
        case nil: nil
        case .event where Self.isHandshake(stream.event.name): .ignored
        case .event: .event(name: stream.event.name, arguments: stream.event.arguments)
        case .other: .ignored
        case .malformed(let message): .malformed(message.description)
        case .tooLong(let limit): .tooLong("a message is longer than \(limit) bytes")
        }
    }

    private static func isHandshake(_ name: UnsafeRawBufferPointer) -> Bool {
        ["connect", "start", "_set"].contains { $0.utf8.elementsEqual(name) }
    }

    /// Writes an event with its separator.
    package mutating func write(
        _ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, into output: inout ByteWriter
    ) {
        output.beginFrame()
        separator.write(to: &output)
        JSONEvent.write(name, arguments, into: &output)
    }
}
