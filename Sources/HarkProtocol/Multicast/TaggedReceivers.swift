/// The receivers that a sender waits for: how far each of them is, and which one is the slowest.
package struct TaggedReceivers: Sendable {
    package struct Receiver: Sendable {
        /// The member's number.
        package let id: UInt64
        /// All datagrams below this one have arrived there.
        package var received: UInt64
        package var heard: Instant
    }

    /// 256 receivers, 24 bytes each. Nobody waits for a crowd; those beyond are not waited for.
    package static let countMax = 256

    package private(set) var receivers: [Receiver] = []

    package init() {}

    /// A receiver tells how far it is.
    ///
    /// - Returns: false when there are too many of them.
    package mutating func report(_ id: UInt64, received: UInt64, _ now: Instant) -> Bool {
        if let index = receivers.firstIndex(where: { $0.id == id }) {
            // A report that was overtaken by a later one tells nothing.
            receivers[index].received = max(receivers[index].received, received)
            receivers[index].heard = now
            return true
        }
        guard receivers.count < Self.countMax else { return false }
        receivers.append(Receiver(id: id, received: received, heard: now))
        return true
    }

    /// The one that has received least; nil when there is none.
    package var slowest: Receiver? { receivers.min { $0.received < $1.received } }

    /// A receiver is not waited for any more.
    package mutating func remove(_ id: UInt64) { receivers.removeAll { $0.id == id } }

    /// One that was not heard since `before`; nil when all were.
    package func silent(since before: Instant) -> Receiver? { receivers.first { $0.heard < before } }

    /// When the next one was silent for so many milliseconds; nil when there is none.
    package func deadline(_ silence: UInt64) -> Instant? { receivers.map { $0.heard + silence }.min() }
}
