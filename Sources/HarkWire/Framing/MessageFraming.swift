/// Finds where the messages of an endless byte stream begin and end. Looks at each byte once, keeps none.
package protocol MessageFraming {
    /// Whether a message without content is no message at all.
    static var skipsEmptyMessages: Bool { get }

    /// Whether a message has begun and not ended.
    var isMidMessage: Bool { get }

    /// Looks at bytes that nobody has looked at before, up to the first thing worth telling, or to their end.
    ///
    /// A message that had begun before goes on with the first of them.
    mutating func scan(_ input: UnsafeRawBufferPointer) -> FramingScan
}
