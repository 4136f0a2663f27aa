package import HarkWire

/// Messages that were sent in segments, as they were sent, for those who have lost some.
package struct EventcastStore {
    /// A message: its segments lie behind each other, all of one length but the last.
    package struct Message {
        package let chunk: ByteChunk
        package let datagramByteCount: Int
        let until: Instant

        package init(chunk: ByteChunk, datagramByteCount: Int, until: Instant) {
            self.chunk = chunk
            self.datagramByteCount = datagramByteCount
            self.until = until
        }

        /// How many segments there are.
        package var count: Int { (chunk.count - 1) / datagramByteCount + 1 }

        /// Where a segment lies that is there.
        package func range(_ segment: Int) -> Range<Int> {
            let start = segment * datagramByteCount
            return start..<min(start + datagramByteCount, chunk.count)
        }
    }

    private let byteCountMax: Int
    private var messages: [EventcastDigest: Message] = [:]
    /// In the order in which they were sent, which is also that in which their time ends. Those before `head` are gone.
    private var order: [EventcastDigest] = []
    private var head = 0

    /// What all of them take.
    package private(set) var byteCount = 0

    package init(byteCountMax: Int) { self.byteCountMax = byteCountMax }

    package subscript(sequence: EventcastDigest) -> Message? { messages[sequence] }

    package var count: Int { messages.count }

    /// When the time of the oldest one ends.
    package var deadline: Instant? { head < order.count ? messages[order[head]]?.until : nil }

    /// Keeps a message. The oldest ones give way.
    package mutating func add(_ message: Message, _ sequence: EventcastDigest) {
        byteCount += message.chunk.capacity
        messages[sequence] = message
        order.append(sequence)
        while byteCount > byteCountMax { removeFirst() }
    }

    /// Drops those whose time is over.
    package mutating func removeExpired(now: Instant) {
        while let deadline, deadline <= now { removeFirst() }
    }

    package mutating func removeAll() {
        (messages, order, head, byteCount) = ([:], [], 0, 0)
    }

    private mutating func removeFirst() {
        byteCount -= messages.removeValue(forKey: order[head])?.chunk.capacity ?? 0
        head += 1
        if head == order.count {
            order.removeAll(keepingCapacity: head <= 1_000)
            head = 0
        } else if head > 1_000, head * 2 > order.count {
            order.removeFirst(head)
            head = 0
        }
    }
}
