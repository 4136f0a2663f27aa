/// What one session knows of ids: those of events that were sent and not acknowledged, and of those that have arrived.
///
/// The first are kept in the order of sending. An event that is sent again, over another connection, has the id that it
/// had, so that a side which remembers ids takes it once.
package struct UhuraLedger: Sendable {
    /// What is known of the id of an event that arrives.
    package enum Arrival: Sendable { case new, inWork, processed }

    private struct Sent {
        let id: MessageIdentifier
        var isAcknowledged = false
    }

    /// 8 192 ids of events that are processed and whose acknowledgements may be lost with the connection: as many as
    /// this library has under way on this wire, so that none of its events is taken twice.
    package static let recentCountMax = 8_192

    private var sent: [Sent] = []
    /// How many at the front of `sent` are done.
    private var head = 0
    /// Which of `sent` is written next; all before it were, over this connection.
    private var cursor = 0
    /// The place of each id in `sent`, counted since the session began.
    private var places: [MessageIdentifier: Int] = [:]
    /// How many places were given up at the front of `sent`.
    private var dropped = 0
    /// How many were taken by `takeDone`.
    private var takenCount = 0

    /// The ids of events that were delivered and are not processed, oldest first; nil for those that had none.
    private var work: [MessageIdentifier?] = []
    private var workHead = 0

    /// The ids that were processed last, a ring, oldest at `oldest` when it is full.
    private var recent: [MessageIdentifier] = []
    private var oldest = 0
    /// Those in work and the recent ones, with whether they are processed.
    private var known: [MessageIdentifier: Bool] = [:]

    package init() {}

    /// How many are not acknowledged, or wait for one before them.
    package var count: Int { sent.count - head }

    /// How many events are in work.
    package var workCount: Int { work.count - workHead }

    /// How many ids of arrived events are known.
    package var knownCount: Int { known.count }

    // MARK: Sent

    /// The id for the event that is written next: the one it had, or a fresh one.
    ///
    /// - Returns: nil when the other side has acknowledged it already, so that it is not written again.
    package mutating func next(_ fresh: () -> MessageIdentifier) -> MessageIdentifier? {
        defer { cursor += 1 }
        guard cursor == sent.count else { return sent[cursor].isAcknowledged ? nil : sent[cursor].id }
        let id = fresh()
        places[id] = dropped + sent.count
        sent.append(Sent(id: id))
        return id
    }

    /// The other side has the event with this id. Ids that nobody waits for mean nothing.
    package mutating func acknowledge(_ id: MessageIdentifier) {
        guard let place = places.removeValue(forKey: id) else { return }
        sent[place - dropped].isAcknowledged = true
        while head < sent.count, sent[head].isAcknowledged { head += 1 }
    }

    /// How many more events, from the oldest on, are acknowledged and need not be written again.
    package mutating func takeDone() -> Int {
        let count = dropped + min(head, cursor) - takenCount
        takenCount += count
        compact()
        return count
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

    /// There is another connection, and events have no ids over it: none is waited for any more.
    package mutating func abandon() {
        sent = []
        places = [:]
        (head, cursor, dropped, takenCount) = (0, 0, 0, 0)
    }

    // MARK: Received

    /// An event with this id arrives. If it is new, it is in work from now on, and `delivered` or `forget` comes next.
    package mutating func arrived(_ id: MessageIdentifier) -> Arrival {
        guard let isProcessed = known.updateValue(false, forKey: id) else { return .new }
        guard isProcessed else { return .inWork }
        known[id] = true
        return .processed
    }

    /// An event was delivered. With an id it is to be acknowledged when it is processed.
    package mutating func delivered(_ id: MessageIdentifier?) { work.append(id) }

    /// An event that has arrived was not delivered.
    package mutating func forget(_ id: MessageIdentifier) { known[id] = nil }

    /// The newest `count` of the events in work were lost on their way to the listeners: they are new if they come
    /// again.
    package mutating func retract(_ count: Int) {
        for _ in 0..<min(count, workCount) {
            if let id = work.removeLast() { known[id] = nil }
        }
    }

    /// The oldest `count` of the events in work are processed: calls `body` with the ids that are to be acknowledged.
    package mutating func processed(_ count: Int, _ body: (MessageIdentifier) -> Void) {
        let end = min(work.count, workHead + count)
        for index in workHead..<end {
            guard let id = work[index] else { continue }
            remember(id)
            body(id)
        }
        workHead = end
        if workHead == work.count {
            work.removeAll(keepingCapacity: workHead < 1_024)
            workHead = 0
        } else if workHead >= 1_024, workHead * 2 >= work.count {
            work.removeFirst(workHead)
            workHead = 0
        }
    }

    private mutating func remember(_ id: MessageIdentifier) {
        known[id] = true
        if recent.count < Self.recentCountMax {
            recent.append(id)
        } else {
            known[recent[oldest]] = nil
            recent[oldest] = id
            oldest = (oldest + 1) % Self.recentCountMax
        }
    }
}
