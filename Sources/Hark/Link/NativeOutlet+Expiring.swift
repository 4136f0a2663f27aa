internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Events with a time to live.
extension NativeOutlet {
    /// Remembers until when the event written last is worth sending.
    func expires(at deadline: UInt64) {
        keptLedger.expiry.add(lastOrdinal, until: deadline)
        EventLoop.enterVerified((self, deadline)) { $0.link?.expires(at: $1) }
    }

    /// When an event that waits is next worth nothing, in ms; nil when none is.
    var nextExpiry: UInt64? { ledger?.expiry.nextDeadline }

    /// Drops the events whose time is over and that were never sent.
    ///
    /// - Returns: whether there were some.
    func expire(at now: UInt64) -> Bool {
        guard let ledger, !ledger.expiry.isEmpty else { return false }
        let sent = ledger.ordinals.ordinal(of: buffer.certainMark)
        let expired = ledger.expiry.takeWaiting(at: now, sentUpTo: sent)
        let marks = expired.compactMap { ledger.ordinals.mark(of: $0) }
        guard !marks.isEmpty else { return false }
        let gone = buffer.remove(.marked(marks), &arguments.bytes) ?? []
        removed(gone, .expired)
        return !gone.isEmpty
    }

    /// A new session begins: events whose time is over are not sent again. What has become of them nobody knows.
    func expireArrived(at now: UInt64) {
        guard let ledger else { return }
        let marks = ledger.expiry.takeSent(at: now).compactMap { ledger.ordinals.mark(of: $0) }
        guard !marks.isEmpty else { return }
        let gone = buffer.removeArrived(marks, &arguments.bytes)
        ledger.lostCount += gone.count
        let ordinals = forget(gone)
        EventLoop.enterVerified((self, ordinals)) { $0.link?.removed($1, nil) }
    }
}
