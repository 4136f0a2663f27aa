/// The name of a peer whose dialect has names of its own. Native peers are named by their number and have none.
final class PeerName: Sendable {
    let text: String

    init(_ text: String) { self.text = text }
}
