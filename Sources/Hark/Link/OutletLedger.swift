internal import HarkProtocol

/// What an outlet knows of events besides their bytes. There is none before an event is removed or has a time to live:
/// most connections never need one.
final class OutletLedger {
    var ordinals = EventOrdinals()
    var expiry = ExpiryTable()

    /// Events that may have arrived in an earlier session, and whose time was over before they could be sent again.
    var lostCount = 0

    /// Events up to this place are acknowledged.
    func acknowledged(_ mark: UInt64) {
        if !expiry.isEmpty { expiry.forget(upTo: ordinals.ordinal(of: mark)) }
        ordinals.forget(upTo: mark)
    }

    /// Nothing waits any more.
    func close() { expiry = ExpiryTable() }
}
