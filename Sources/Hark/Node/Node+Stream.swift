public import HarkWire

extension Node {
    /// A node as a stream in both directions: what it hears, one event after the other, and what is written to it is
    /// emitted. The duplex stream of verbose.
    ///
    /// ```swift
    /// for await event in one.stream { try other.stream.write(event) }
    /// ```
    public struct Stream: AsyncSequence, Sendable {
        /// An event of another node.
        public typealias Element = Event

        let node: Node
        let buffering: EventBuffering

        /// Begins to collect what is heard from now on.
        public func makeAsyncIterator() -> EventSequence.AsyncIterator {
            node.allEvents(buffering: buffering).makeAsyncIterator()
        }

        /// Emits an event.
        ///
        /// - Returns: what became of it.
        @discardableResult
        public func write(_ name: String, values: [Value]) -> EmitResult { node.emit(name, values: values) }

        /// Emits an event that was heard elsewhere.
        ///
        /// - Returns: what became of it.
        /// - Throws: `ArgumentError` when its bytes are malformed.
        @discardableResult
        public func write(_ event: Event) throws -> EmitResult { write(event.name, values: try event.arguments) }
    }

    /// What the node hears and emits, as a stream. Of events that are not taken the newest 1 000 are kept.
    public nonisolated var stream: Stream { stream(buffering: .newest(1_000)) }

    /// What the node hears and emits, as a stream.
    ///
    /// - Parameter buffering: what to keep when events arrive faster than they are taken.
    public nonisolated func stream(buffering: EventBuffering) -> Stream { Stream(node: self, buffering: buffering) }
}
