internal import Synchronization

/// The name of a peer whose dialect has names of its own. Native peers are named by their number and have none.
final class PeerName: Sendable {
    private let content: Mutex<String?>

    /// Nil until it is known.
    var text: String? { content.withLock { $0 } }

    /// - Parameter text: nil when the peer has yet to say it.
    init(_ text: String? = nil) { content = Mutex(text) }

    /// The peer has said it.
    func become(_ text: String) { content.withLock { $0 = text } }
}
