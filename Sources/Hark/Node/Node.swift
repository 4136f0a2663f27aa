internal import HarkProtocol
public import HarkUV
internal import HarkWire
internal import Logging

/// One of many that share a namespace of events: what one node emits, the others hear, each event once and in order,
/// over whatever connections there are between them.
///
/// ```swift
/// let node = Node()
/// try await node.listen(on: .tcp(port: 9000))
/// node.connect(to: .tcp("db.local", port: 9000))
/// node.on("hello") { (name: String) in print("hello, \(name)") }
/// node.emit("hello", "world")
/// ```
/// Chains, stars, rings, meshes: nodes pass on what they hear, over the shortest way and only to where somebody
/// listens. What was under way when a connection or a node between was lost is sent again by the one who had emitted
/// it.
@EventLoop
public final class Node: Emitter {
    /// As given when the node was made.
    public nonisolated let options: Options

    /// By what name the others know this node.
    public nonisolated let id: String

    /// Its connections: those that it has made or is making, and those of nodes that have connected to it.
    public internal(set) var peers: [Peer] = []

    /// How many events of other nodes have been delivered here.
    var receivedCount = 0
    /// How many events of other nodes could not be passed on.
    private var relayDropCount = 0

    private let server: Server
    /// The way of what verbose tells.
    private let wire: VerboseDelegateReference
    private let nodeOutlet: NodeOutlet
    var engine: (any NodeEngine)?
    var mesh: MeshEngine? { engine as? MeshEngine }
    /// Listeners of which one in a group hears an event, by the group.
    var groups: [String: ListenerTable] = [:]
    /// Rooms that this node is in.
    var rooms: Set<String> = []
    private(set) lazy var latest = LatestValues(self)
    var console: Console?
    /// From which level on the node and its connections log.
    nonisolated let logThreshold: LogThreshold
    let interestWaiters = WaitingTasks()
    private let drainers = WaitingTasks()
    private var loopReference = LoopReference()
    private var isClosing = false
    private var isServing = false
    /// While a storm is slowed down.
    var pause: (any EventTimer)?
    lazy var pinging = environment.clock.timer { [weak self] in self?.pingAll() }

    override var isEverAcknowledged: Bool { false }

    /// A node without connections.
    public init(options: Options = Options()) {
        var options = options
        logThreshold = LogThreshold(options.logger.logLevel)
        options.logger = logThreshold.applied(to: options.logger)
        self.options = options
        var random = EnvironmentRandom(options.wholeEnvironment)
        id = options.id ?? Self.uuid(&random)
        wire = VerboseDelegateReference(nil)
        var serverOptions = options.server(id, wire)
        let gate = NodeGate()
        serverOptions.authorize = { hello, info in try await gate.check(hello, info) }
        server = Server(options: serverOptions)
        nodeOutlet = NodeOutlet(EventLoop.current.pool)
        let link = LinkOptions(
            limits: options.limits, timing: options.timing, stormPolicy: options.stormPolicy,
            environment: options.wholeEnvironment)
        super.init(outlet: nodeOutlet, options: link, logger: options.logger)
        echo = options.echo
        gate.node = self
        start(&random)
    }

    /// A node of a channel.
    public convenience init(_ channel: String) { self.init(options: Options(channel: channel)) }

    static func uuid(_ random: inout EnvironmentRandom) -> String {
        let identifier = NativeIdentifier(high: random.next(), low: random.next())
        var digits = Array(identifier.description)
        // Version 4, variant 1 (RFC 9562).
        digits[12] = "4"
        digits[16] = ["8", "9", "a", "b"][Int(random.next() % 4)]
        for place in [20, 16, 12, 8] { digits.insert("-", at: place) }
        return String(digits)
    }

    private func start(_ random: inout EnvironmentRandom) {
        // Nodes of one id that are started later are higher; chance sets apart those of one millisecond.
        let incarnation = UInt64(clamping: environment.clock.date) << 20 | random.next() >> 44
        let engine: any NodeEngine
        if options.dialect == .verbose {
            let verbose = VerboseEngine(self, random)
            wire.delegate = verbose
            engine = verbose
        } else {
            engine = MeshEngine(self, incarnation: incarnation)
        }
        self.engine = engine
        nodeOutlet.begin(engine)
        listeners.onChange = { [weak self] scope, count in self?.listenersChanged(scope, by: count) }
        responders.onChange = { [weak self] name, count in
            guard let self else { return }
            engine.listenersChanged(MeshKey(.responder, Array(name.utf8), Array(id.utf8)), by: count)
        }
        server.on(.connection) { [weak self] peer in self?.accepted(peer) }
        server.on(.error) { [weak self] error in self?.report(error) }
    }

    private func listenersChanged(_ scope: ListenerScope, by count: Int) {
        let key =
            switch scope {
            case .name(let name): MeshKey(.name, Array(name.utf8))
            case .pattern(let pattern): MeshKey(.pattern, Array(pattern.text.utf8))
            case .any: MeshKey(.pattern, Array(EventPattern.everything.utf8))
            }
        engine?.listenersChanged(key, by: count)
    }

    // MARK: Connections

    /// Accepts connections of other nodes on one more address.
    ///
    /// - Returns: the address really bound, with the port that the system has chosen.
    /// - Throws: `HarkError` when the address cannot be bound, or after `end()`.
    @discardableResult
    public func listen(on endpoint: Endpoint) async throws(HarkError) -> Endpoint {
        guard !isClosing else { throw HarkError(.closed, "the node has ended; make another one") }
        try options.check()
        try openConsole()
        let bound = try server.bind(endpoint)
        open()
        fire(.listening, bound)
        return bound
    }

    /// Accepts connections on a port of all addresses, without waiting for it. What goes wrong is told to the `.error`
    /// listeners.
    public func listen(_ port: Int) {
        EventLoop.task { [self] in
            do throws(HarkError) { try await listen(on: .tcp(port: port)) } catch { report(error) }
        }
    }

    /// The addresses at which the node accepts connections.
    public var endpoints: [Endpoint] { server.endpoints }

    /// Connects to another node, and again whenever the connection is lost. Returns at once, before there is one.
    ///
    /// - Returns: a handle of the connection, over all reconnections. What goes wrong is told to the `.error`
    ///   listeners.
    @discardableResult
    public func connect(to endpoint: Endpoint) -> Peer { connect(to: [endpoint]) }

    /// Connects to one of several addresses of another node, the first that answers.
    @discardableResult
    public func connect(to endpoints: [Endpoint]) -> Peer {
        let client: Client
        var failure: HarkError?
        do throws(HarkError) {
            try options.check()
            guard !isClosing else { throw HarkError(.closed, "the node has ended; make another one") }
            try openConsole()
            guard peers.count < options.maxPeers else { throw tooMany }
            client = try Client(to: endpoints, options: options.client(id, wire))
        } catch {
            client = Client(to: .tcp(port: 0))
            failure = error
        }
        let peer = Peer(self, dialling: client)
        if let failure {
            peer.state = .ended
            EventLoop.task { [self] in report(failure) }
            return peer
        }
        open()
        peers.append(peer)
        listen(to: client, peer)
        client.connect()
        return peer
    }

    /// Connects to a port of a host, this one by default.
    @discardableResult
    public func connect(_ port: Int, _ host: String? = nil) -> Peer { connect(to: .tcp(host, port: port)) }

    private var tooMany: HarkError {
        HarkError(.limit, "the node has \(peers.count) connections, and maxPeers is \(options.maxPeers)")
    }

    private func open() {
        guard !isServing else { return }
        isServing = true
        loopReference.hold(self)
        if options.timing.heartbeat > .zero { armPing() }
    }

    /// Ends all connections and makes no other; the node goes on accepting, and may connect again.
    public func disconnect() { for peer in peers { peer.end() } }

    /// Says goodbye to all other nodes after everything that was emitted before, and closes. Ends with `.close`.
    public func end() async {
        guard !isClosing else {
            if !isClosed { await withCheckedContinuation { first in once(.close) { first.resume() } } }
            return
        }
        isClosing = true
        let deadline = environment.clock.now + options.timing.close.milliseconds
        while engine?.isLagging == true, environment.clock.now < deadline {
            let error = HarkError(.timeout, "what was emitted did not leave in time")
            try? await drainers.wait(until: deadline, of: environment.clock, orThrow: error)
        }
        engine?.end()
        let clients = peers.compactMap(\.client)
        let goodbyes = clients.map { client in EventLoop.task { await client.close() } }
        await server.close()
        for goodbye in goodbyes { await goodbye.value }
        guard !isClosed else { return }
        engine?.stop()
        pinging.cancel()
        for peer in peers { ended(peer) }
        let error = HarkError(.closed, "the node has ended")
        mesh?.requests.failAll(error)
        interestWaiters.resumeAll(throwing: error)
        drainers.resumeAll()
        for group in groups.values { group.close() }
        closeConsole()
        listeners.onChange = nil
        responders.onChange = nil
        didClose()
        loopReference.release(self)
    }

    /// As `end()`.
    public func close() async { await end() }

    // MARK: What is known

    /// Whether what is emitted now waits for a neighbour: the node makes connections, and over none of them anybody has
    /// asked for its events. Being connected is not enough: what is emitted then and not kept would leave a gap.
    var isAwaitingNeighbours: Bool {
        let isAsked = mesh.map(\.isAsked) ?? peers.contains { $0.state == .connected }
        return !isAsked && peers.contains(where: \.isDialled)
    }

    /// Whether something was emitted while that was so.
    var hasEmittedAlone = false

    /// The ids of the other nodes to which there is a way, in order, with the number of connections between.
    public var nodes: [(id: String, distance: Int)] { (engine?.nodes ?? []).sorted { $0.id < $1.id } }

    /// How many listeners other nodes have for an event of this name, of those that an event emitted now reaches.
    public func subscriberCount(of name: String) -> Int { engine?.subscriberCount(of: name) ?? 0 }

    /// Waits until other nodes have so many listeners for an event of this name: from then on what is emitted reaches
    /// them.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - name: of the event.
    ///   - deadline: how long to wait; 30 s by default.
    /// - Throws: `HarkError` with code `.timeout`, `.closed` or `.cancelled`.
    public func waitFor(
        subscribers count: Int, of name: String, within deadline: Duration = .seconds(30)
    ) async throws {
        let end = environment.clock.now + deadline.milliseconds
        repeat {
            while subscriberCount(of: name) < count {
                try await waitForInterest(in: name, count, within: deadline, end)
            }
            guard let mesh else { return }
            // Where one of them goes meanwhile, the others may be too few.
            let barrier = mesh.machine.confirm()
            mesh.settle()
            while mesh.machine.confirmation(barrier) == .pending {
                try await waitForInterest(in: name, count, within: deadline, end)
            }
            if mesh.machine.confirmation(barrier) == .sure, subscriberCount(of: name) >= count { return }
        } while true
    }

    private func waitForInterest(
        in name: String, _ count: Int, within deadline: Duration, _ end: UInt64
    ) async throws {
        guard !isClosed, !isClosing else { throw HarkError(.closed, "the node has ended") }
        let here = subscriberCount(of: name)
        let text =
            here < count
            ? "\"\(name)\" has \(here) listeners after \(deadline), not \(count)"
            : "not all nodes that listen to \"\(name)\" have said within \(deadline) that they are ready"
        try await interestWaiters.wait(until: end, of: environment.clock, orThrow: HarkError(.timeout, text))
    }

    func interestChanged() { interestWaiters.resumeAll() }

    func appeared(_ id: String) {
        fire(.nodeJoined, id)
        askLatest(of: id)
    }

    func vanished(_ id: String) {
        mesh?.requests.vanished(id)
        fire(.nodeLeft, id)
    }

    func lost(_ id: String, _ count: Int) {
        logger.info("events were lost", metadata: ["node": "\(id)", "count": "\(count)"])
        fire(.eventLoss, Loss(node: id, eventCount: count))
    }

    /// A storm shows while an event is emitted.
    override func report(_ storm: Storm) { afterForwarding { $0.tell(storm) } }

    private func tell(_ storm: Storm) { super.report(storm) }

    /// An event of another node found no room.
    func relayDropped() {
        relayDropCount += 1
        guard relayDropCount == 1 else { return }
        afterForwarding {
            $0.report(HarkError(.limit, "an event could not be passed on: too much waits for a neighbour"))
        }
    }

    /// What has become of all events that this node has emitted, and of others' that it could not pass on.
    public override var statistics: Statistics {
        var statistics = ownStatistics
        statistics.received = receivedCount
        if relayDropCount > 0 { statistics.dropped[.relayFull] = relayDropCount }
        statistics.emitted += relayDropCount
        return statistics
    }

    // MARK: Waiting for room

    /// Waits until no more than `Limits.lowWaterByteCount` of what this node has emitted waits to be sent. Producers
    /// await it after each event.
    ///
    /// - Throws: `HarkError` with code `.cancelled` when the task that waits is.
    public func drained() async throws {
        while queuedByteCount > options.limits.lowWaterByteCount, !isClosed { try await drainers.wait() }
    }

    /// Waits until everything that this node has emitted was handed to its connections; with none, for the first one
    /// that it makes.
    package func emptied() async throws {
        while queuedByteCount > 0 || hasEmittedAlone && isAwaitingNeighbours, !isClosed { try await drainers.wait() }
    }

    /// What waits to be sent has become more, or less.
    func queueChanged(_ byteCount: Int) {
        guard byteCount <= options.limits.lowWaterByteCount || engine?.isLagging == false else { return }
        drainers.resumeAll()
        outlet.onLoop { $0.rearmReports() }
    }

    // MARK: Latest values

    private func askLatest(of id: String) {
        guard let mesh else { return }
        let patterns = latest.patterns
        guard !patterns.isEmpty else { return }
        for identity in mesh.identities(of: id) {
            for pattern in patterns { mesh.requests.askLatest(pattern, of: identity) }
        }
    }
}
