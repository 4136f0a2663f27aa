/// What one session knows of ids: those of events that were sent and not acknowledged, and of those that have arrived.
///
/// The first are kept in the order of sending. An event that is sent again, over another connection, has the id that it
/// had, so that a side which remembers ids takes it once.
package struct UhuraLedger: Sendable {
    private struct Sent {
        let id: UhuraIdentifier
        var isAcknowledged = false
    }

    /// 8 192 ids: more than a socket's buffers hold of the smallest events whose acknowledgements may be lost with it.
    package static let recentCountMax = 8_192

    private var sent: [Sent] = []
    /// How many at the front of `sent` are done.
    private var head = 0
    /// Which of `sent` is written next; all before it were, over this connection.
    private var cursor = 0
    /// The place of each id in `sent`, counted since the session began.
    private var places: [UhuraIdentifier: Int] = [:]
    /// How many places were given up at the front of `sent`.
    private var dropped = 0

    /// The ids of events that were delivered and are not processed, oldest first; nil for those that had none.
    private var work: [UhuraIdentifier?] = []
    private var workHead = 0

    private var recent: [UhuraIdentifier] = []
    private var oldest = 0
    private var known: Set<UhuraIdentifier> = []

    package init() {}

    /// How many are not acknowledged, or wait for one before them.
    package var count: Int { sent.count - head }

    // MARK: Sent

    /// The id for the event that is written next: the one it had, or a fresh one.
    ///
    /// - Returns: nil when the other side has acknowledged it already, so that it is not written again.
    package mutating func next(_ fresh: () -> UhuraIdentifier) -> UhuraIdentifier? {
        defer { cursor += 1 }
        guard cursor == sent.count else { return sent[cursor].isAcknowledged ? nil : sent[cursor].id }
        let id = fresh()
        places[id] = dropped + sent.count
        sent.append(Sent(id: id))
        return id
    }

    /// The other side has the event with this id. Ids that nobody waits for mean nothing.
    ///
    /// - Returns: how many more events, from the oldest on, are done.
    package mutating func acknowledge(_ id: UhuraIdentifier) -> Int {
        guard let place = places.removeValue(forKey: id) else { return 0 }
        sent[place - dropped].isAcknowledged = true
        let before = head
        while head < sent.count, sent[head].isAcknowledged { head += 1 }
        defer { compact() }
        return head - before
    }

    /// Events that are done take no room for long.
    private mutating func compact() {
        guard head == sent.count || (head >= 1_024 && head * 2 >= sent.count), head <= cursor else { return }
        sent.removeFirst(head)
        dropped += head
        cursor -= head
        head = 0
    }

    /// There is another connection: what is not acknowledged is written again, in order.
    package mutating func rewind() { cursor = head }

    // MARK: Received

    /// An event was delivered. With an id it is to be acknowledged when it is processed.
    package mutating func delivered(_ id: UhuraIdentifier?) { work.append(id) }

    /// Whether an event with this id was delivered and is not processed.
    package func isInWork(_ id: UhuraIdentifier) -> Bool { work[workHead...].contains(id) }

    /// The oldest `count` of the events that were delivered are processed: calls `body` with the ids that are to be
    /// acknowledged.
    package mutating func processed(_ count: Int, _ body: (UhuraIdentifier) -> Void) {
        let end = min(work.count, workHead + count)
        for index in workHead..<end { if let id = work[index] { body(id) } }
        workHead = end
        if workHead == work.count {
            work.removeAll(keepingCapacity: true)
            workHead = 0
        } else if workHead >= 1_024, workHead * 2 >= work.count {
            work.removeFirst(workHead)
            workHead = 0
        }
    }

    /// Whether an event with this id is new. From now on it is not.
    package mutating func isNew(_ id: UhuraIdentifier) -> Bool {
        guard known.insert(id).inserted else { return false }
        if recent.count < Self.recentCountMax {
            recent.append(id)
        } else {
            known.remove(recent[oldest])
            recent[oldest] = id
            oldest = (oldest + 1) % Self.recentCountMax
        }
        return true
    }
}
