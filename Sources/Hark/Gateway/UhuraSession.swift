internal import HarkProtocol

/// A session of the Uhura dialect, on either side.
@EventLoop
final class UhuraSession: GatewaySession {
    /// The ids that were sent and received.
    @exclusivity(unchecked) var ledger = UhuraLedger()

    /// The versions of the shared values that the other side has.
    var told: [String: UInt64] = [:]

    /// Client: the values that the other side is known to have had, and those that it was told last.
    var heard: [String: [UInt8]] = [:]
    var said: [String: [UInt8]] = [:]

    /// What stands for it in the link.
    let id: NativeIdentifier
    let token: NativeIdentifier

    /// Whether more events, from the oldest on, are done.
    func takeDone() -> Bool {
        let count = ledger.takeDone()
        doneCount += UInt64(count)
        return count > 0
    }

    /// There is another connection: what is not acknowledged is written again.
    func rewind() {
        ledger.rewind()
        _ = takeDone()
    }

    init(id: NativeIdentifier, token: NativeIdentifier) {
        self.id = id
        self.token = token
    }
}
