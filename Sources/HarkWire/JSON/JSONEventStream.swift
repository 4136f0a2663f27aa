/// The events of an endless JSON stream, as older wires send them: each a `JSONEvent`.
package struct JSONEventStream: ~Copyable {
    package enum Step {
        /// An event, which is in `event` until the next call.
        case event
        /// JSON of another shape.
        case other
        /// It was passed over: why, and what it looked like.
        case malformed(MalformedMessage)
        /// A message longer than the limit, in bytes. Nothing more is read from this stream.
        case tooLong(limit: Int)
    }

    private var splitter: MessageSplitter<JSONStreamFraming>

    /// The event read last.
    package private(set) var event: JSONEvent

    package init(messageByteCountMax: Int, pool: ChunkPool) {
        splitter = MessageSplitter(JSONStreamFraming(), byteCountMax: messageByteCountMax, pool: pool)
        event = JSONEvent(pool: pool)
    }

    /// How many bytes are here of a message whose end has not arrived; nil when there is none.
    package var partByteCount: Int? { splitter.partByteCount }

    /// Takes the next message from the front of `input`; nil when more bytes are needed.
    package mutating func next(_ input: inout UnsafeRawBufferPointer) -> Step? {
        guard let step = splitter.next(&input) else {
            event.rest()
            return nil
        }
        switch step {
        case .message(let text):
            do throws(JSONError) {
                return try event.read(text) ? .event : .other
            } catch {
                return .malformed(MalformedMessage(error, in: text))
            }
        case .malformed(let message): return .malformed(message)
        case .tooLong(let limit): return .tooLong(limit: limit)
        }
    }
}
