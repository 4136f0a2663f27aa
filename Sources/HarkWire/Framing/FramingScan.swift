/// What a framing has found in the bytes it was given.
package struct FramingScan: Equatable {
    package enum Outcome: Equatable {
        /// All bytes are looked at. When a message is under way the last `unsettled` of them may turn out to be the
        /// beginning of what ends it.
        case needsMore(unsettled: Int)
        /// A message ends with the bytes looked at; the last `trailing` of them are no part of it.
        case message(trailing: Int)
        /// Something is wrong with the bytes looked at, the last one of them. The message under way is lost.
        case malformed(StructuralError)
    }

    /// How many bytes at the front belong to no message.
    package let dropped: Int
    /// How many bytes are looked at, those included.
    package let passed: Int
    package let outcome: Outcome

    package init(dropped: Int, passed: Int, _ outcome: Outcome) {
        self.dropped = dropped
        self.passed = passed
        self.outcome = outcome
    }
}
