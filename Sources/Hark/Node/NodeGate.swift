internal import HarkUV

/// Lets nodes in, or not.
@EventLoop
final class NodeGate {
    weak var node: Node?

    func check(_ hello: Hello, _ info: PeerInfo) async throws {
        guard let node else { throw HarkError(.closed, "the node has ended") }
        // It would arrive as if the node had said it, at any moment.
        guard hello.lastWill == nil else { throw HarkError(.handshake, "a node leaves no last will") }
        guard node.peers.count < node.options.maxPeers else {
            throw HarkError(.limit, "the node has \(node.peers.count) peers, which is its limit")
        }
        try await node.options.authorize?(hello, info)
    }
}
