/// What a socket could not do, told once a second: it may come with each datagram, and must not fill a log.
package struct GroupFailures {
    /// 1 000 ms between two that are told. Those in between are counted.
    package static let interval: UInt64 = 1_000

    private var count = 0
    private var last: HarkError?
    private var told: UInt64?

    package init() {}

    /// Whether there is nothing to tell, now or later.
    package var isEmpty: Bool { count == 0 }

    /// Something could not be done.
    ///
    /// - Parameter count: how often.
    package mutating func add(_ error: HarkError, count: Int) {
        self.count += count
        last = error
    }

    /// - Parameters:
    ///   - now: in ms.
    ///   - isLast: whether nobody will ask again.
    /// - Returns: what is to be told now, with the number of those that it stands for.
    package mutating func take(at now: UInt64, isLast: Bool = false) -> HarkError? {
        guard let error = last else { return nil }
        if !isLast, let told, now - told < Self.interval { return nil }
        defer { (count, last, told) = (0, nil, now) }
        guard count > 1 else { return error }
        return HarkError(error.code, "\(error.message); it is the last of \(count)", cause: error.cause)
    }
}
