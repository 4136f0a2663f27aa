internal import HarkProtocol
public import HarkUV
internal import HarkWire
public import Logging

/// Accepts clients. What it emits goes to all of them; what any of them emits reaches its listeners.
@EventLoop
public final class Server: Emitter {
    /// How a server behaves. The defaults suit a service on a trusted network.
    public struct Options: Sendable {
        /// The wires that are spoken, each by the clients that speak it: old and new ones on one address, and events
        /// for all reach them all. `.native` by default.
        ///
        /// With several, what a client speaks is recognised from what it says first. One of them may be a dialect whose
        /// clients can stay silent, Streamitter or socket-ipc: who has said nothing for 300 ms speaks that one.
        /// Listening is refused with `.invalidOptions` when two are such, one is named twice, or there is none.
        public var dialects: [Dialect] = [.native]

        /// The wire, where there is one: the first of `dialects`. Setting it replaces them all.
        public var dialect: Dialect {
            get { dialects.first ?? .native }
            set { dialects = [newValue] }
        }

        /// What the server accepts and keeps.
        public var limits = Limits()

        /// Clocks of each connection.
        public var timing = Timing()

        /// Decides whether a client may connect, before anything else passes. Throwing refuses it; the error's text is
        /// sent to the client. Everybody may by default.
        public var authorize: (@EventLoop @Sendable (Hello, PeerInfo) async throws -> Void)?

        /// Whether and how long a client's session outlives its connection.
        public var sessions = Sessions()

        /// Where native sessions are kept for another process of this server. By default they end with this one.
        public var sessionStore: (any SessionStore)?

        /// What to do about listeners that answer each other's events without an end. It is told, and nothing slowed.
        public var stormPolicy = StormPolicy.report

        /// Where to log, at `info` and below; a storm is a `warning`.
        public var logger = Logger(label: "hark.server")

        /// Connections, time and randomness.
        public var environment = Environment.live

        /// The defaults.
        public init() {}

        var link: LinkOptions {
            LinkOptions(limits: limits, timing: timing, stormPolicy: stormPolicy, environment: environment)
        }
    }

    /// As given when the server was made.
    public nonisolated let options: Options

    private let broadcastOutlet: BroadcastOutlet
    /// Those of all events to all peers.
    var names: NativeNames { broadcastOutlet.names }
    private var acceptors: [any Acceptor] = []
    /// Connections whose handshake is not complete.
    private var arriving: [UInt64: Peer] = [:] { didSet { paceAccepting() } }
    /// Connections of which is not known yet what they speak.
    var recognisers: [ObjectIdentifier: Recogniser] = [:] { didSet { paceAccepting() } }

    /// Connections that were closed because they spoke none of `Options.dialects`, or did not say in time what they
    /// speak. Each is told to the `.error` listeners as well. Zero where there is one dialect only.
    public internal(set) var unrecognisedCount = 0

    /// Whether who connects now waits until others have been let in.
    private var isAcceptingPaused = false
    private var ended = Statistics()
    private var connected: [UInt64: Peer] = [:]
    var loopReference = LoopReference()
    private var isClosing = false
    private let gateways: ServerGateways
    /// The numbers of peers that have names.
    var numbers: [Peer.ID: UInt64] = [:]
    private let sessions: SessionTable
    private(set) var archive: SessionArchive?
    private lazy var refreshTimer = environment.clock.timer { [weak self] in self?.refreshArchive() }

    /// A server that does not listen yet.
    public init(options: Options = Options()) {
        self.options = options
        broadcastOutlet = BroadcastOutlet()
        sessions = SessionTable(options.sessions, options.environment)
        gateways = ServerGateways(options)
        super.init(outlet: broadcastOutlet, options: options.link, logger: options.logger)
        if options.dialects.allSatisfy(\.isSocketIPC) { broadcastOutlet.rules = OutletRules(options.dialect) }
        broadcastOutlet.nameRules = OutletRules(options.dialects.map { OutletRules($0) }).intersection(.names)
        guard let store = options.sessionStore, sessions.isEnabled else { return }
        archive = SessionArchive(store, keepFor: options.sessions.expiry) { [weak self] in self?.report($0) }
    }

    /// A server that listens on `endpoint`.
    ///
    /// - Throws: `HarkError` when the address cannot be bound.
    public static func listen(on endpoint: Endpoint, options: Options = Options()) async throws(HarkError) -> Server {
        let server = Server(options: options)
        try await server.listen(on: endpoint)
        return server
    }

    /// Listens on one more address.
    ///
    /// - Returns: the address really bound, with the port that the system has chosen.
    /// - Throws: `HarkError` when the address cannot be bound, or `Options.dialects` cannot be told apart.
    @discardableResult
    public func listen(on endpoint: Endpoint) async throws(HarkError) -> Endpoint {
        let endpoint = try bind(endpoint)
        fire(.listening, endpoint)
        return endpoint
    }

    /// Listens, and tells nobody.
    func bind(_ endpoint: Endpoint) throws(HarkError) -> Endpoint {
        guard !isClosed, !isClosing else { throw HarkError(.closed, "the server is closed; make a new one") }
        try checkDialects()
        for dialect in options.dialects { try dialect.check(endpoint) }
        guard acceptors.isEmpty || options.dialects.contains(where: { !$0.isSocketIPC }) else {
            throw HarkError(.duplicate, "the server listens already; in the socket-ipc dialect it does so once")
        }
        let acceptor = try environment.transport.listen(on: endpoint) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(let connection): accept(connection)
            case .failure(let error): report(error)
            }
        }
        acceptors.append(acceptor)
        if isAcceptingPaused { acceptor.pause() }
        loopReference.hold(self)
        logger.debug("listening", metadata: ["endpoint": "\(acceptor.endpoint)"])
        return acceptor.endpoint
    }

    /// Starts to listen on one more address, without waiting for it.
    ///
    /// - Parameters:
    ///   - endpoint: where.
    ///   - completion: called with the address really bound, when the server listens. What goes wrong is told to the
    ///     `.error` listeners instead, also those that are added after this call.
    public func listen(on endpoint: Endpoint, _ completion: @escaping @EventLoop (Endpoint) -> Void) {
        EventLoop.task { [self] in
            do throws(HarkError) { completion(try await listen(on: endpoint)) } catch { report(error) }
        }
    }

    /// The addresses really bound.
    public var endpoints: [Endpoint] { acceptors.map(\.endpoint) }

    /// The clients whose handshake is complete, in no particular order.
    public var peers: [Peer] { Array(connected.values) }

    /// Waits until everything emitted so far to those who are peers now has been handed to their sockets, so that what
    /// is emitted next leaves at once. For producers: `if server.emit(…) != .written { try await server.drained() }`.
    ///
    /// A peer that does not read holds this up, until it reads, is closed as a slow consumer or gives no answer to the
    /// heartbeat. Peers that go away meanwhile are waited for no longer.
    ///
    /// - Throws: `HarkError` with code `.closed` when the server is closed, `.cancelled` when the task that waits is.
    public func drained() async throws {
        for peer in peers where !peer.link.isDrained {
            do {
                try await peer.drained()
            } catch let error as HarkError where error.code == .closed && !isClosed {
                continue
            }
        }
        if isClosed { throw HarkError(.closed, "the server is closed") }
    }

    /// The peer with this name, also while its session waits for a new connection.
    public func peer(_ id: Peer.ID) -> Peer? { (numbers[id] ?? Peer.number(of: id)).flatMap { peer($0) } }

    func peer(_ number: UInt64) -> Peer? { connected[number] ?? sessions.waitingPeer(number) }

    /// What has become of all events so far, for all peers together.
    public override var statistics: Statistics {
        var sum = broadcastOutlet.statistics
        sum += ended
        for peer in peers + sessions.waitingPeers { sum += peer.statistics }
        return sum
    }

    /// A peer is gone for good.
    func account(_ peer: Peer) { ended += peer.statistics }

    override var acknowledgingLinks: [NativeLink] { (peers + sessions.waitingPeers).map(\.link) }

    override var waitsForRoom: Bool { false }

    /// Calls `body` for every client whose handshake is complete.
    @discardableResult
    public func onConnection(_ body: @escaping @EventLoop (Peer) -> Void) -> Subscription {
        on(.connection, body)
    }

    /// Stops listening, says goodbye to all peers after what was emitted before, and ends with `.close`.
    ///
    /// - Parameter retryAfter: how long the clients are asked to stay away, up to an hour: the time that a restart
    ///   takes. They come back one by one, at random times within as long again, but at most a minute. Zero, the
    ///   default, asks for nothing.
    public func close(retryAfter: Duration = .zero) async {
        guard !isClosed else { return }
        isClosing = true
        for acceptor in acceptors { acceptor.close() }
        for recogniser in recognisers.values { recogniser.cancel() }
        recognisers = [:]
        for peer in arriving.values { peer.turnAway(retryAfter: retryAfter) }
        for peer in sessions.waitingPeers { peer.ended(nil) }
        // Tasks of the loop; the children of a task group would begin on another thread.
        let goodbyes = connected.values.map { peer in EventLoop.task { await peer.close(retryAfter: retryAfter) } }
        for goodbye in goodbyes { await goodbye.value }
        guard !isClosed else { return }
        didClose()
        refreshTimer.cancel()
        await archive?.finish()
        acceptors = []
        loopReference.release(self)
    }

    // MARK: Peers

    /// A crowd is let in little by little: what does not fit waits in the system's queue, where it costs nothing here.
    private func paceAccepting() {
        let isFull = handshakeCount >= options.limits.handshakeCount
        guard isFull != isAcceptingPaused else { return }
        isAcceptingPaused = isFull
        for acceptor in acceptors { if isFull { acceptor.pause() } else { acceptor.resume() } }
    }

    private var handshakeCount: Int { arriving.count + recognisers.count }

    private func accept(_ connection: any Connection) {
        // Only a transport that cannot pause comes here with too many.
        guard handshakeCount < options.limits.handshakeCount else {
            connection.close()
            return report(
                HarkError(.limit, "\(handshakeCount) handshakes are in progress; a connection was closed"))
        }
        if isRecognising { recognise(connection) } else { arrive(connection, options.dialect) }
    }

    /// A connection on which `dialect` is spoken.
    func arrive(_ connection: any Connection, _ dialect: Dialect) {
        var number = environment.random()
        while arriving[number] != nil || self.peer(number) != nil { number = environment.random() }
        let gateway = gateways.gateway(over: connection, dialect)
        let name = gateway?.peerName
        let peer = Peer(number: number, name: name, info: connection.peerInfo, server: self, dialect)
        if let name = name?.text { numbers[name] = number }
        arriving[number] = peer
        peer.link.open(gateway ?? connection)
    }

    func authorize(_ peer: Peer, _ hello: Hello) {
        guard connected.count < options.limits.peerCount else {
            return peer.link.refuse(.limit, "the server has \(connected.count) peers, which is its limit")
        }
        guard let authorize = options.authorize else { return admit(peer) }
        EventLoop.task {
            do {
                try await authorize(hello, peer.info)
                self.admit(peer)
            } catch {
                peer.link.refuse(.refused, "\(error)")
            }
        }
    }

    /// Lets a client in: as the peer it was before, when it can continue a session, or as a new one.
    private func admit(_ peer: Peer) {
        guard let hello = peer.link.machine.hello, peer.link.machine.state == .authorizing else { return }
        guard sessions.isEnabled, hello.capabilities.contains(.sessions) else {
            register(peer)
            return peer.link.accept(peer.id, nil)
        }
        guard let claim = hello.session else { return begin(peer, .new) }
        guard let known = sessions.peerNumber(in: claim).flatMap({ self.peer($0) }), let token = known.sessionToken,
            token.isSecretlyEqual(to: claim.token)
        else { return admit(peer, claim) }
        arriving[peer.number] = nil
        if !numbers.isEmpty, numbers[peer.id] == peer.number { numbers[peer.id] = nil }
        sessions.resume(known)
        known.resume(from: peer)
        known.link.accept(known.id, NativeSessionGrant(id: claim.id, token: token, outcome: .resumed))
    }

    /// Lets in a client whose session is not in this process any more.
    private func admit(_ peer: Peer, _ claim: NativeSessionClaim) {
        guard !sessions.isInvalidated(claim) else {
            return peer.link.refuse(.invalidated, "the session was invalidated")
        }
        guard let archive else { return begin(peer, .refused(why: "the session is over, or was never here")) }
        EventLoop.task { [self] in
            let record = await archive.find(claim)
            guard peer.link.machine.state == .authorizing else { return }
            guard let record else { return begin(peer, .refused(why: "the session is over, or was never here")) }
            archive.remove(claim.id)
            begin(
                restored(peer, record),
                .refused(why: "the server was restarted; the peer's name and its data are what they were"))
        }
    }

    /// Gives a client the name and the values that it had in another process of this server.
    private func restored(_ peer: Peer, _ record: SessionRecord) -> Peer {
        guard self.peer(record.peer) == nil, arriving[record.peer] == nil else { return peer }
        let known = Peer(number: record.peer, info: peer.info, server: self)
        known.data.restore(record.data)
        known.adopt(from: peer)
        arriving[peer.number] = nil
        arriving[known.number] = known
        return known
    }

    /// Sessions of connected clients are kept from the last time that they were saved.
    private func refreshArchive() {
        guard !connected.isEmpty else { return }
        for peer in connected.values { archive(peer) }
        armRefresh()
    }

    private func armRefresh() {
        refreshTimer.schedule(at: environment.clock.now + max(options.sessions.expiry.milliseconds / 2, 1))
    }

    /// What is kept of a peer's session is not what it was. Those of older wires are not kept: their clients could not
    /// prove which is theirs.
    func archive(_ peer: Peer) {
        guard let archive, peer.dialect == .native, let token = peer.sessionToken else { return }
        archive.save(sessions.id(of: peer), peer, token: token)
    }

    private func removeFromArchive(_ peer: Peer) {
        if peer.dialect == .native { archive?.remove(sessions.id(of: peer)) }
    }

    func invalidate(_ peer: Peer) {
        guard let token = peer.sessionToken else { return }
        sessions.invalidate(peer, token)
        if peer.dialect != .native { gateways.invalidate(peer.id) }
        removeFromArchive(peer)
    }

    private func begin(_ peer: Peer, _ outcome: NativeSessionGrant.Outcome) {
        register(peer)
        peer.sessionToken = sessions.begin()
        if archive != nil {
            archive(peer)
            if connected.isEmpty { armRefresh() }
        }
        let grant = peer.sessionToken.map {
            NativeSessionGrant(id: sessions.id(of: peer), token: $0, outcome: outcome)
        }
        if case .refused(let why) = outcome { peer.resumption = .refused(why: why) }
        peer.link.accept(peer.id, grant)
    }

    func add(_ peer: Peer) {
        arriving[peer.number] = nil
        connected[peer.number] = peer
        guard peer.resumption != .resumed else { return }
        broadcastOutlet.add(peer.link.outlet)
        fire(.connection, peer)
    }

    /// The connection of a peer is lost, and its session waits.
    ///
    /// - Returns: false when it has none.
    func keep(_ peer: Peer) -> Bool {
        guard !isClosed, peer.sessionToken != nil, connected.removeValue(forKey: peer.number) != nil else {
            return false
        }
        sessions.wait(peer)
        archive(peer)
        return true
    }

    func remove(_ peer: Peer, _ error: HarkError?) {
        if peer.sessionToken != nil {
            sessions.end(peer)
            // The server may come back, and its clients with it.
            if !isClosing { removeFromArchive(peer) }
        }
        if arriving.removeValue(forKey: peer.number) != nil, let error { report(error) }
        connected[peer.number] = nil
        if !numbers.isEmpty, numbers[peer.id] == peer.number {
            numbers[peer.id] = nil
            gateways.forget(peer.id)
        }
        broadcastOutlet.remove(peer.link.outlet)
    }
}
