/// Who is connected to whom, how far away every node is, and over which neighbour.
///
/// Every node tells all others its own connections, with a version, and each passes on what is news to it. From that
/// every node computes the shortest ways for itself. While they do not agree yet, events wait at worst.
extension MeshMachine {
    // MARK: Connections of others

    /// A neighbour tells the connections of nodes.
    mutating func learn(_ states: [MeshMessage.State], _ neighbour: MeshNeighbour) throws(MeshViolation) {
        for state in states {
            // One that was passed over for want of room.
            guard let node = neighbour.node(state.node), let stream = streams[node] else { continue }
            neighbour.set(version: state.version, of: node)
            // Nobody knows better than this node.
            guard node > 0, state.version > stream.version else { continue }
            let neighbours = Set(state.neighbours.compactMap { neighbour.node($0) }).sorted()
            let count = connectionCount + neighbours.count - stream.neighbours.count
            // Before it is kept: who says more than fits must not leave others without room.
            guard count <= settings.connectionCountMax else {
                throw .overLimit("it tells of more than \(settings.connectionCountMax) connections")
            }
            connectionCount = count
            stream.version = state.version
            stream.neighbours = neighbours
            changedNodes.append(node)
        }
    }

    /// This node has one neighbour more, or fewer.
    mutating func connectionsChanged() {
        var neighbours: [Int] = []
        for case let identity? in links.lazy.map({ $0?.identity }) {
            if let node = numbers[identity], !neighbours.contains(node) { neighbours.append(node) }
        }
        neighbours.sort()
        guard neighbours != own.neighbours else { return }
        own.neighbours = neighbours
        own.version += 1
        changedNodes.append(0)
    }

    /// Tells a neighbour the connections of those nodes of which it does not know the latest.
    private mutating func tell(_ nodes: some Sequence<Int>, to link: Int) {
        guard let neighbour = neighbour(link), neighbour.identity != nil else { return }
        var states: [MeshMessage.State] = []
        var connectionCount = 0
        for node in nodes {
            guard let stream = streams[node], stream.version > neighbour.version(node) else { continue }
            for node in [node] + stream.neighbours { introduce(node, to: link) }
            neighbour.set(version: stream.version, of: node)
            states.append(MeshMessage.State(node: node, version: stream.version, neighbours: stream.neighbours))
            connectionCount += 1 + stream.neighbours.count
            if connectionCount >= Self.statesCountMax {
                send(.states(states), to: link)
                states = []
                connectionCount = 0
            }
        }
        if !states.isEmpty { send(.states(states), to: link) }
    }

    /// 4 096 nodes and connections in a message: far from the limit of a frame.
    private static let statesCountMax = 4_096

    /// Sees to it that a neighbour knows the number of a node.
    mutating func introduce(_ node: Int, to link: Int) {
        guard let neighbour = neighbour(link), !neighbour.isTold(node: node), let stream = streams[node] else { return }
        send(.node(number: node, stream.identity), to: link)
        neighbour.tell(node: node)
    }

    // MARK: Ways

    /// All of the input of a turn is through: says what has come of it.
    package mutating func finish(_ now: Instant) {
        if !changedNodes.isEmpty || isWayLost {
            isWayLost = false
            let changed = changedNodes
            changedNodes = []
            for (link, neighbour) in links.enumerated() where neighbour?.identity != nil { tell(changed, to: link) }
            findWays(now)
            tellAppeared()
        }
        let greeted = greetedLinks
        greetedLinks = []
        for link in greeted { tell(streams.indices, to: link) }
        if !pulls.isEmpty { sendPulls() }
    }

    /// Finds the nearest neighbour for every node.
    private mutating func findWays(_ now: Instant) {
        var search = MeshSearch(nodeCount: streams.count, links.indices.filter { links[$0]?.identity != nil })
        for (place, link) in search.links.enumerated() {
            if let identity = links[link]?.identity, let node = numbers[identity] { search.begin(node, place) }
        }
        search.run { [streams] node in
            streams[node]?.neighbours ?? []
        } both: { [streams] node, next in
            streams[next]?.isConnected(to: node) ?? false
        }
        for node in streams.indices.dropFirst() {
            guard let stream = streams[node] else { continue }
            let distance = search.distance(node)
            setPresence(distance != nil, of: node, stream, now)
            // As many nodes may lie between.
            let isNear = distance.map { $0 - 1 <= settings.hopLimit } ?? false
            setDistance(isNear ? distance : nil, of: stream, now)
            setParent(isNear ? search.link(node, preferring: stream.parent) : nil, of: node, stream)
        }
    }

    /// Whether there is a way to a node, however long.
    private mutating func setPresence(_ isPresent: Bool, of node: Int, _ stream: MeshStream, _ now: Instant) {
        guard isPresent == (stream.lostSince != nil) else { return }
        stream.lostSince = isPresent ? nil : now
        stream.isUntold = false
        if isPresent { appearedNodes.append(node) }
    }

    /// Nodes are there again that some neighbours may have forgotten.
    private mutating func tellAppeared() {
        let appeared = appearedNodes
        appearedNodes = []
        guard !appeared.isEmpty else { return }
        for (link, neighbour) in links.enumerated() where neighbour?.identity != nil { tell(appeared, to: link) }
    }

    private mutating func setParent(_ link: Int?, of node: Int, _ stream: MeshStream) {
        guard link != stream.parent else { return }
        if let parent = stream.parent, neighbour(parent) != nil { send(.leave(nodes: [node]), to: parent) }
        stream.parent = link
        stream.isAccepting = false
        if link != nil { pull(node, stream) }
    }

    private mutating func setDistance(_ distance: Int?, of stream: MeshStream, _ now: Instant) {
        let before = stream.distance
        guard distance != before else { return }
        stream.distance = distance
        if before == nil {
            effects.append(.appeared(stream.identity))
            suspectTwins(stream.identity, now)
        } else if distance == nil {
            effects.append(.vanished(stream.identity))
        }
    }
}
