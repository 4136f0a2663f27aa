/// Whether those who were counted are sure to get what is emitted from now on.
///
/// A listener is counted as soon as its node's pull has come all the way up. When a relay dies while the answer is on
/// its way down, that node asks again over another one, and knows no event with which to begin. So a barrier follows
/// the answers down the tree: each node passes it on, and answers once all below have and it has a first event itself.
/// Whoever goes away meanwhile is subtracted before the answer of those it was below arrives: then the barrier is
/// broken, and another one is needed.
extension MeshMachine {
    package enum Confirmation {
        /// A barrier is under way.
        case pending
        /// Who was counted begins with an event that comes before what is emitted now.
        case sure
        /// Less was wanted meanwhile.
        case broken
    }

    /// Sees to it that those who are counted now are sure to get what is emitted.
    ///
    /// - Returns: the number to ask for with `confirmation`. `interestChanged` tells when there is news.
    package mutating func confirm() -> UInt64 {
        guard own.barrier == nil else {
            isBarrierDue = true
            return barrierSerial + 1
        }
        sendBarrier()
        return barrierSerial
    }

    package func confirmation(_ serial: UInt64) -> Confirmation {
        guard barrierSerial > serial || barrierSerial == serial && own.barrier == nil else { return .pending }
        return brokenBarrier < serial ? .sure : .broken
    }

    private mutating func sendBarrier() {
        isBarrierDue = false
        barrierSerial += 1
        pass(barrierSerial, of: 0, own)
    }

    /// Less is wanted of this node than was.
    mutating func shrank() {
        brokenBarrier = barrierSerial
        effects.append(.interestChanged)
    }

    // MARK: On the way

    /// A barrier has come from a neighbour.
    mutating func pass(barrier serial: UInt64, of node: Int, from link: Int) {
        // Where its events are no longer got from, that is known before an answer is missed.
        guard node > 0, let stream = streams[node], stream.parent == link else { return }
        pass(serial, of: node, stream)
    }

    private mutating func pass(_ serial: UInt64, of node: Int, _ stream: MeshStream) {
        let links = stream.children.map(\.link).filter { $0 != stream.parent }
        stream.barrier = MeshBarrier(serial: serial, links: Set(links))
        for link in links {
            introduce(node, to: link)
            send(.barrier(node: node, serial: serial), to: link)
        }
        answerBarrier(of: node, stream)
    }

    /// A neighbour has answered.
    mutating func reached(_ serial: UInt64, of node: Int, by link: Int) {
        guard let stream = streams[node] else { return }
        reached(serial, of: node, stream, by: link)
    }

    /// - Parameter serial: nil when the neighbour is no longer below, so that no answer is waited for.
    mutating func reached(_ serial: UInt64?, of node: Int, _ stream: MeshStream, by link: Int) {
        guard let barrier = stream.barrier, serial ?? barrier.serial == barrier.serial else { return }
        stream.barrier?.links.remove(link)
        answerBarrier(of: node, stream)
    }

    /// Answers a barrier as soon as there is nothing to wait for: every neighbour below has answered, and this node
    /// knows with which event it begins.
    mutating func answerBarrier(of node: Int, _ stream: MeshStream) {
        guard let barrier = stream.barrier, barrier.links.isEmpty, stream.next != nil else { return }
        stream.barrier = nil
        guard node == 0 else {
            if let parent = stream.parent { send(.reached(node: node, serial: barrier.serial), to: parent) }
            return
        }
        effects.append(.interestChanged)
        if isBarrierDue { sendBarrier() }
    }
}
