/// A neighbour that gets the events of a node from this one.
final class MeshChild {
    enum State: Equatable {
        /// It will, as soon as this node does: from this event on, or from whatever comes next.
        case waiting(next: UInt64?)
        /// This is the next one it needs.
        case behind(next: UInt64)
        /// It gets each event as it comes.
        case inStep
    }

    let link: Int
    /// Of its pull.
    let serial: UInt64
    /// What it wants, for itself and for its own children.
    @exclusivity(unchecked) var interest: MeshInterest { didSet { known.removeAll(keepingCapacity: true) } }
    /// What the node's own parent was told of it; nil when that is the same. Otherwise a pull is due that will tell.
    var passedOn: MeshInterest?
    @exclusivity(unchecked) var state: State
    /// Whether it wants the events of keys, by their numbers, as far as that was found out.
    @exclusivity(unchecked) private var known: ContiguousArray<Bool?> = []
    /// How many events it was not told yet that it has lost.
    var lostCount: UInt64 = 0

    init(_ link: Int, serial: UInt64, _ interest: MeshInterest, _ state: State) {
        self.link = link
        self.serial = serial
        self.interest = interest
        self.state = state
    }

    /// Whether it wants the events of a key.
    func wants(_ key: Int, _ keys: MeshKeys) -> Bool {
        if key < known.count, let isWanted = known[key] { return isWanted }
        let isWanted = interest.matches(keys[key])
        while known.count <= key { known.append(nil) }
        known[key] = isWanted
        return isWanted
    }

    /// The next event it needs, as far as that is known.
    func next(of stream: MeshStream) -> UInt64? {
        switch state {
        case .waiting(let next): next
        case .behind(let next): next
        case .inStep: stream.next
        }
    }
}
