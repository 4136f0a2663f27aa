/// The events of one node as they pass through this one: where they come from, how far they have come, who gets them.
///
/// Each node gets the events of another from one neighbour, its parent for them, who has promised to leave none out
/// from a certain one on. So every event comes once and in order, whatever the mesh looks like: a way that is lost is
/// replaced by another one that begins where it ended.
@usableFromInline
final class MeshStream {
    let identity: MeshIdentity
    /// The nodes it is connected to, in order, as it has said last, and which version of that is known; 0 for none.
    var neighbours: [Int] = []
    var version: UInt64 = 0
    /// How many connections lie between that node and this one; nil when there is no way.
    var distance: Int?
    /// What the pull that was sent last has asked for: the first event, and everything that was wanted.
    var asked: (next: UInt64?, keys: Set<MeshKey>) = (nil, [])
    /// What the pull that was answered last has asked for and is wanted since. Of what was wanted later, events that
    /// were on their way may be missing.
    var sureKeys: Set<MeshKey> = []
    /// The neighbour it is got from.
    var parent: Int? {
        didSet {
            barrier = nil
            forgetRoutes()
        }
    }
    /// Of the pull that was sent last.
    var serial: UInt64 = 0
    /// Whether that was answered.
    var isAccepting = false { didSet { forgetRoutes() } }
    /// Whether another pull is sent at the end of the turn, with all that is wanted then.
    var isDue = false
    /// The one that has come from the parent, until all below have answered.
    var barrier: MeshBarrier?
    /// All events before this one are through; nil as long as it is not known with which they begin.
    @exclusivity(unchecked) @usableFromInline var next: UInt64?
    @exclusivity(unchecked) private(set) var children: [MeshChild] = []
    /// How many of the children do not get every event as it comes.
    @exclusivity(unchecked) @usableFromInline private(set) var lagCount = 0
    /// Another one whenever an event may go another way.
    @exclusivity(unchecked) @usableFromInline private(set) var routeVersion = 0
    /// By the numbers of keys.
    private var routes: ContiguousArray<MeshRoute?> = []
    /// When the last way was lost, whatever its length; nil while there is one.
    var lostSince: Instant?
    /// Whether neighbours are told what there is to know of it, when it is there again, as if they had never heard.
    var isUntold = false

    init(_ identity: MeshIdentity) { self.identity = identity }

    /// Whether it says that it is connected to a node.
    func isConnected(to node: Int) -> Bool {
        var (low, high) = (0, neighbours.count)
        while low < high {
            let middle = (low + high) / 2
            if neighbours[middle] < node { low = middle + 1 } else { high = middle }
        }
        return low < neighbours.count && neighbours[low] == node
    }

    /// Nothing is known of its connections any more.
    func forgetNeighbours() {
        neighbours = []
        version = 0
    }

    // MARK: Children

    func child(_ link: Int) -> MeshChild? { children.first { $0.link == link } }

    func add(_ child: MeshChild) {
        _ = remove(child.link)
        children.append(child)
        childrenChanged()
    }

    /// - Returns: the child that was there.
    func remove(_ link: Int) -> MeshChild? {
        guard let index = children.firstIndex(where: { $0.link == link }) else { return nil }
        defer { childrenChanged() }
        return children.remove(at: index)
    }

    /// Who gets what has changed.
    func childrenChanged() {
        lagCount = children.reduce(0) { $0 + ($1.state == .inStep ? 0 : 1) }
        forgetRoutes()
    }

    func set(_ state: MeshChild.State, of child: MeshChild) {
        guard child.state != state else { return }
        lagCount += (state == .inStep ? 0 : 1) - (child.state == .inStep ? 0 : 1)
        child.state = state
    }

    /// The first event that a child waits for, all before `last` being looked at.
    func firstAwaited(from last: UInt64) -> UInt64 {
        guard lagCount > 0 else { return last }
        var first = last
        for child in children { first = min(first, child.next(of: self) ?? first) }
        return first
    }

    /// The first event that somebody waits for; nil when there is nobody who knows.
    var firstMissing: UInt64? {
        var first = next
        for child in children where child.link != parent {
            guard let next = child.next(of: self) else { continue }
            first = min(first ?? next, next)
        }
        return first
    }

    // MARK: Routes

    func forgetRoutes() {
        routeVersion &+= 1
        if !routes.isEmpty { routes = [] }
    }

    /// Who wants the events of a key; nil when that has to be found out.
    @inline(__always)
    func route(_ key: Int) -> MeshRoute? { key < routes.count ? routes[key] : nil }

    func keep(_ route: MeshRoute, for key: Int) {
        while routes.count <= key { routes.append(nil) }
        routes[key] = route
    }
}
