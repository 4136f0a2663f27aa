extension Node {
    /// Events of another node that were lost for good: it did not keep them any longer, or a node between had no room.
    public struct Loss: Sendable, Hashable {
        /// The id of the node that has emitted them.
        public let node: String
        /// How many. Where one connection served several nodes, of which only some have lost them, at most so many.
        public let eventCount: Int
    }
}
