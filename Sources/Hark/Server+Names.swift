/// Peers whose dialect gives them names.
extension Server {
    /// A peer that is let in has a name of its own. Who was called so before is the same, and its connection is not in
    /// use any more.
    func register(_ peer: Peer) {
        guard peer.isNamed, numbers[peer.id] != peer.number else { return }
        numbers[peer.id].flatMap { self.peer($0) }?.replaced()
        numbers[peer.id] = peer.number
    }
}
