package import HarkWire

/// What is for one node alone: passed on to the neighbour that is nearest to it, and never again.
extension MeshMachine {
    /// Sends something to one node.
    ///
    /// - Returns: whether there is a way.
    package mutating func send(_ content: Value, to identity: MeshIdentity) -> Bool {
        guard let node = numbers[identity], node > 0, let stream = streams[node], let parent = stream.parent else {
            return false
        }
        introduce(0, to: parent)
        introduce(node, to: parent)
        send(.direct(to: node, from: 0, hopCount: 0, content), to: parent)
        return true
    }

    /// Something has arrived for one node.
    mutating func pass(to: Int, from: Int, _ hopCount: Int, _ content: Value) {
        guard let sender = streams[from]?.identity, let receiver = streams[to]?.identity else { return }
        guard to > 0 else { return effects.append(.direct(from: sender, content)) }
        // While ways change it may go round in circles.
        guard hopCount < settings.hopLimit, let parent = streams[to]?.parent else {
            return effects.append(.undeliverable(to: receiver, from: sender, content))
        }
        introduce(from, to: parent)
        introduce(to, to: parent)
        send(.direct(to: to, from: from, hopCount: hopCount + 1, content), to: parent)
    }
}
