internal import HarkProtocol

/// A session of the Uhura dialect, on either side.
@EventLoop
final class UhuraSession: GatewaySession {
    /// The ids that were sent and received.
    @exclusivity(unchecked) var ledger = UhuraLedger()

    /// What stands for it in the link.
    let id: NativeIdentifier
    let token: NativeIdentifier

    init(id: NativeIdentifier, token: NativeIdentifier) {
        self.id = id
        self.token = token
    }
}
