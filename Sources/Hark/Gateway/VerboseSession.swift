internal import HarkProtocol

/// What outlives a connection of the verbose dialect, on either side.
@EventLoop
final class VerboseSession: GatewaySession {
    /// The messages that were sent, and those received.
    @exclusivity(unchecked) var ledger: VerboseLedger

    /// The node on the other side of the last connection, once messages have passed.
    var nodeID: String?

    /// What stands for it in the link.
    let id: NativeIdentifier
    let token: NativeIdentifier

    init(_ options: VerboseOptions, _ limits: Limits, id: NativeIdentifier, token: NativeIdentifier) {
        self.id = id
        self.token = token
        ledger = VerboseLedger(
            countMax: options.bufferMax, byteCountMax: limits.queueByteCount,
            timeMax: options.bufferTimeout.milliseconds)
    }

    /// The newest message that `link` has received.
    func lastReceived(by link: NativeLink?) -> MessageIdentifier? {
        let received = link?.machine.incoming.receivedCount ?? 0
        return ledger.last(without: Int(outgoing.sentCount - min(received, outgoing.sentCount)))
    }
}
