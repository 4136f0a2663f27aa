/// What one session knows of messages: those that were sent and not acknowledged, in order and as text, and which have
/// arrived.
///
/// Some peers never acknowledge. So nothing waits for them: what is kept here has a limit and a time, beyond which the
/// oldest go. None goes that has not left yet.
package struct VerboseLedger: Sendable {
    private struct Kept {
        let id: MessageIdentifier?
        /// Where its text ends, counted over all texts.
        let end: Int
        /// When it was sent, in ms.
        let time: UInt64
    }

    private let countMax: Int
    private let byteCountMax: Int
    private let timeMax: UInt64

    private var kept: [Kept] = []
    /// How many at the front of `kept` are done.
    private var head = 0
    /// The texts of `kept`, one behind the other.
    private var texts: [UInt8] = []
    /// How many bytes of texts were given up at the front of `texts`.
    private var droppedByteCount = 0
    /// The number of each id, counted as `sentCount` does.
    private var numbers: [MessageIdentifier: UInt64] = [:]

    /// How many messages were sent in this session.
    package private(set) var sentCount: UInt64 = 0
    /// Those up to here have left over this connection, or an earlier one.
    private var leftCount: UInt64 = 0
    /// Those up to here were acknowledged, or it was told that they may be lost.
    private var settledCount: UInt64 = 0

    /// The ids of messages that were delivered and are not processed, oldest first.
    private var work: [MessageIdentifier?] = []
    private var workHead = 0
    /// The message that was processed last.
    package private(set) var lastProcessed: MessageIdentifier?

    /// - Parameters:
    ///   - countMax: how many messages are kept.
    ///   - byteCountMax: and how many bytes of text.
    ///   - timeMax: how long each is kept, in ms.
    package init(countMax: Int, byteCountMax: Int, timeMax: UInt64) {
        self.countMax = countMax
        self.byteCountMax = byteCountMax
        self.timeMax = timeMax
    }

    /// How many messages are kept.
    package var count: Int { kept.count - head }

    /// How many bytes of text they have.
    package var byteCount: Int { (kept.last?.end ?? start) - start }

    /// Where the text of the oldest begins.
    private var start: Int { head > 0 ? kept[head - 1].end : droppedByteCount }

    // MARK: Sent

    /// A message is on its way.
    ///
    /// - Parameters:
    ///   - id: nil for one that cannot be written: it counts, and there is nothing to send again.
    ///   - now: in ms.
    package mutating func sent(_ id: MessageIdentifier?, _ text: UnsafeRawBufferPointer, at now: UInt64) {
        if count == 0 { forgetAll() }
        texts.append(contentsOf: text)
        kept.append(Kept(id: id, end: droppedByteCount + texts.count, time: now))
        sentCount += 1
        if let id { numbers[id] = sentCount }
        trim(at: now)
    }

    /// Messages up to this one, counted as `sentCount` does, have left.
    package mutating func left(upTo number: UInt64) { leftCount = max(leftCount, number) }

    /// The other side has this message and all before it. Ids that are not known mean nothing.
    package mutating func acknowledge(_ id: MessageIdentifier) {
        guard let number = numbers[id] else { return }
        while sentCount - UInt64(count) < number { drop() }
        settledCount = max(settledCount, number)
        compact()
    }

    /// Messages whose time is over, or for which there is no room, go.
    ///
    /// - Parameter now: in ms.
    package mutating func trim(at now: UInt64) {
        while count > 0, sentCount - UInt64(count) < leftCount {
            guard count > countMax || byteCount > byteCountMax || kept[head].time + timeMax <= now else { break }
            drop()
        }
        compact()
    }

    /// How many were dropped and not acknowledged, since the last call: after the loss of a connection nobody knows
    /// whether they have arrived.
    package mutating func takeUncertainCount() -> UInt64 {
        let droppedCount = sentCount - UInt64(count)
        guard droppedCount > settledCount else { return 0 }
        defer { settledCount = droppedCount }
        return droppedCount - settledCount
    }

    /// Lends `body` the texts of all that are kept, oldest first: they go again over another connection.
    package func lend(_ body: (UnsafeRawBufferPointer) -> Void) {
        texts.withUnsafeBytes { bytes in
            var start = start - droppedByteCount
            for message in kept[head...] {
                let end = message.end - droppedByteCount
                body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                start = end
            }
        }
    }

    private mutating func drop() {
        let number = sentCount - UInt64(count) + 1
        // The same id may have come again.
        if let id = kept[head].id, numbers[id] == number { numbers[id] = nil }
        head += 1
    }

    /// What is done takes no room for long.
    private mutating func compact() {
        guard head >= 256, head * 2 >= kept.count else { return }
        let end = kept[head - 1].end
        texts.removeFirst(end - droppedByteCount)
        droppedByteCount = end
        kept.removeFirst(head)
        head = 0
    }

    private mutating func forgetAll() {
        // Memory for one long message is not kept for ever.
        texts.removeAll(keepingCapacity: texts.count <= 1 << 16)
        kept.removeAll(keepingCapacity: true)
        (head, droppedByteCount) = (0, 0)
    }

    // MARK: Received

    /// A message was delivered.
    package mutating func delivered(_ id: MessageIdentifier) { work.append(id) }

    /// A message could not be delivered, and never can: it is done with the one before it.
    package mutating func passedOver(_ id: MessageIdentifier) {
        if workHead < work.count { work[work.count - 1] = id } else { lastProcessed = id }
    }

    /// The oldest `count` of the messages in work are processed.
    package mutating func processed(_ count: Int) {
        let end = min(work.count, workHead + count)
        lastProcessed = work[workHead..<end].last { $0 != nil } ?? lastProcessed
        workHead = end
        guard workHead == work.count || workHead >= 1_024 && workHead * 2 >= work.count else { return }
        work.removeFirst(workHead)
        workHead = 0
    }

    /// The newest `count` of the messages in work were lost on their way to the listeners: they may come again.
    package mutating func retract(_ count: Int) { work.removeLast(min(count, work.count - workHead)) }

    /// The newest message that has arrived, if the newest `lostCount` of those in work have not.
    package func last(without lostCount: Int) -> MessageIdentifier? {
        work[workHead...].dropLast(lostCount).last { $0 != nil } ?? lastProcessed
    }

    /// The other side is another one: what has arrived from the one before means nothing to it.
    package mutating func forgetReceived() {
        lastProcessed = nil
        for index in work.indices { work[index] = nil }
    }
}
