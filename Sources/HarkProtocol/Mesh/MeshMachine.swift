/// One node of a mesh: which events go where.
///
/// All nodes know who is connected to whom; of two ways the shorter one is taken. The events of a node come from the
/// neighbour that is nearest to it, which was asked for them – *pulled* – with all that is wanted, by this node and by
/// those that pull from it in turn. So the events of each node flow along a tree, over no connection
/// twice, and only where somebody listens. A pull says with which event to begin, and travels on to whoever still has
/// it, the node itself at the latest: what was under way when a connection or a node between was lost is sent again.
/// Nothing of this has to be agreed on by everybody: while the ways change, events may wait, and no more than that.
///
/// It knows no socket and no clock. Whoever runs it numbers the connections, takes `nextEffect` after each call until
/// there is none, and calls `finish` when all that has arrived at once is through.
package struct MeshMachine: ~Copyable {
    package let settings: MeshSettings
    package internal(set) var keys = MeshKeys()

    /// By number; this node is the first.
    var streams: [MeshStream?]
    var numbers: [MeshIdentity: Int]
    /// How many of them share an id.
    var idCounts: [String: Int]
    /// Numbers that stand for nobody.
    var unused: [Int] = []
    var links: [MeshNeighbour?] = []

    /// What this node wants of all others.
    package internal(set) var interest = MeshInterest()
    var log: MeshLog
    /// What was wanted of this node by neighbours that are gone.
    var absent: [(interest: MeshInterest, until: Instant)] = []
    /// From this event on this node's events wait for whoever comes first.
    var waitingSince: UInt64?

    var effects: [MeshEffect] = []
    /// How many of them were taken.
    var takenCount = 0
    /// Nodes whose connections have changed, neighbours that are there now, and nodes to pull from, for `finish`.
    var changedNodes: [Int] = []
    var appearedNodes: [Int] = []
    var isWayLost = false
    var greetedLinks: [Int] = []
    var pulls: [Int] = []
    /// Of all other nodes, as they tell.
    var connectionCount = 0
    /// Of the pull that was sent last.
    var serial: UInt64 = 0
    /// Of the barrier of this node's own events that was sent last, and of the last one while which less was wanted.
    var barrierSerial: UInt64 = 0
    var brokenBarrier: UInt64 = 0
    /// Whether somebody waits for the next one.
    var isBarrierDue = false
    /// Ids that more than one node seems to have, and since when.
    var twins: [String: Instant] = [:]
    /// Those of which that was told.
    var toldTwins: Set<String> = []

    package init(settings: MeshSettings) {
        self.settings = settings
        let own = MeshStream(settings.identity)
        own.next = 0
        streams = [own]
        numbers = [settings.identity: 0]
        idCounts = [settings.identity.id: 1]
        log = MeshLog(capacity: settings.logByteCount)
    }

    /// Where this node's own events go.
    var own: MeshStream { streams[0].unsafelyUnwrapped }

    /// The number of a key, which gets one if it has none; nil when there are too many.
    package mutating func number(of key: MeshKey) -> Int? { keys.number(of: key) }

    /// The number of the events of a name; nil when there are too many.
    package mutating func number(ofName name: UnsafeRawBufferPointer) -> Int? { keys.number(ofName: name) }

    // MARK: Effects

    /// What follows from the last call.
    package mutating func nextEffect() -> MeshEffect? {
        guard takenCount < effects.count else {
            if takenCount > 0 {
                effects.removeAll(keepingCapacity: takenCount < 1_024)
                takenCount = 0
            }
            return nil
        }
        defer { takenCount += 1 }
        return effects[takenCount]
    }

    package var hasEffects: Bool { mutating get { takenCount < effects.count } }

    mutating func send(_ message: MeshMessage, to link: Int) { effects.append(.send(link, message)) }

    // MARK: Who is there

    /// The other nodes to which there is a way, with the number of connections between.
    package var nodes: [(identity: MeshIdentity, distance: Int)] {
        streams.dropFirst().compactMap { stream in
            guard let stream, let distance = stream.distance else { return nil }
            return (stream.identity, distance)
        }
    }

    package func identity(_ node: Int) -> MeshIdentity? { streams[node]?.identity }

    func neighbour(_ link: Int) -> MeshNeighbour? { link < links.count ? links[link] : nil }

    // MARK: Time

    /// Forgets what was kept long enough.
    package mutating func advance(to now: Instant) {
        let count = absent.count
        absent.removeAll { $0.until <= now }
        if absent.count < count { own.forgetRoutes() }
        tellTwins(now)
        var old: Set<Int> = []
        for node in streams.indices.dropFirst() {
            guard let stream = streams[node], let since = stream.lostSince else { continue }
            let absence = now.milliseconds(since: since)
            if absence >= settings.absence {
                old.insert(node)
            } else if absence >= settings.absence / 2, !stream.isUntold {
                // Long before anybody forgets it: who has must be told again, and does not say so.
                stream.isUntold = true
                for link in links { link?.forgetTelling(node) }
            }
        }
        if !old.isEmpty { forget(old) }
    }

    /// Forgets nodes that were lost long ago, or never there.
    mutating func forget(_ old: Set<Int>) {
        var old = old
        // Those of which somebody speaks who is there may come any moment.
        for case let stream? in streams where stream.lostSince == nil { old.subtract(stream.neighbours) }
        for node in old {
            guard let stream = streams[node] else { continue }
            numbers[stream.identity] = nil
            let count = idCounts[stream.identity.id] ?? 1
            idCounts[stream.identity.id] = count > 1 ? count - 1 : nil
            connectionCount -= stream.neighbours.count
            stream.forgetRoutes()
            streams[node] = nil
            unused.append(node)
            for link in links { link?.forget(node) }
        }
        // The numbers will stand for others.
        for case let stream? in streams where stream.lostSince != nil && !old.isDisjoint(with: stream.neighbours) {
            connectionCount -= stream.neighbours.count
            stream.forgetNeighbours()
        }
    }
}
