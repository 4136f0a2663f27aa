/// Messages that end with a line feed, which may have a carriage return before it. Empty lines are passed over.
package struct LineFraming: MessageFraming {
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    package private(set) var isMidMessage = false
    /// Whether the last byte looked at is a carriage return.
    private var isReturned = false

    package init() {}

    package static var skipsEmptyMessages: Bool { true }

    package mutating func scan(_ input: UnsafeRawBufferPointer) -> FramingScan {
        let end = ByteScan.first(Self.lineFeed, in: input)
        let last = end == 0 ? nil : input[end - 1]
        let isReturned = last.map { $0 == Self.carriageReturn } ?? self.isReturned
        guard end < input.count else {
            self.isReturned = isReturned
            isMidMessage = isMidMessage || end > 0
            return FramingScan(dropped: 0, passed: end, .needsMore(unsettled: isReturned ? 1 : 0))
        }
        self.isReturned = false
        isMidMessage = false
        return FramingScan(dropped: 0, passed: end + 1, .message(trailing: isReturned ? 2 : 1))
    }
}
