internal import HarkUV
internal import HarkWire

/// Where the events being dispatched right now come from, for listeners that want to know.
@EventLoop
struct Dispatch {
    /// Set by a link while it calls listeners, nil otherwise.
    static var current: Dispatch?

    let link: NativeLink

    var name: String { link.currentName }
    var peer: Peer? { link.peer }

    /// The event now dispatched is processed later, when the debt is settled.
    func `defer`() -> AcknowledgementDebt { link.deferAcknowledgement() }
}

/// An event whose listener has returned but whose work goes on.
@EventLoop
final class AcknowledgementDebt {
    private let sequence: UInt64
    private let link: NativeLink

    init(_ sequence: UInt64, of link: NativeLink) {
        self.sequence = sequence
        self.link = link
    }

    func settle() { link.settle(sequence) }
}
