internal import HarkProtocol
public import HarkUV
public import HarkWire
internal import Logging

/// Connects to a server, and connects again whenever the connection is lost.
///
/// Events emitted while there is no connection wait for the next one, up to `Limits.queueByteCount`.
@EventLoop
public final class Client: Emitter {
    /// As given when the client was made.
    public nonisolated let options: Options

    /// Where it connects to: the first that answers, see `init(to:options:)`.
    public nonisolated let endpoints: [Endpoint]

    /// Where it is connected to. Without a connection, where it tried last.
    public var endpoint: Endpoint { redialer.endpoint }

    let link: NativeLink
    override var acknowledgingLinks: [NativeLink] { [link] }
    private let node: NativeIdentifier
    let redialer: Redialer
    /// What the dialect keeps from one connection to the next.
    private let gateways: ClientGateways?
    private let waiters = WaitingTasks()
    var loopReference = LoopReference()
    private var wasConnected = false
    private var isClosing = false
    /// While `disconnect()` says goodbye: who else has called it.
    private var leavers: [CheckedContinuation<Void, Never>]?
    /// While the first attempt of `Client.connect(to:)` is under way.
    private var failsWaitersAtOnce = false

    /// A client that does not connect before `connect()`, so that listeners can be attached first.
    public convenience init(to endpoint: Endpoint, options: Options = Options()) {
        self.init(endpoints: [endpoint], options: options)
    }

    /// A client of several servers that stand in for each other. It does not connect before `connect()`.
    ///
    /// Each attempt tries the addresses in this order, beginning with the one that worked last, until one answers and
    /// lets the client in. Only when all have failed does it wait.
    /// - Throws: `HarkError` with code `.invalidEndpoint` when there is no address.
    public convenience init(to endpoints: [Endpoint], options: Options = Options()) throws(HarkError) {
        guard !endpoints.isEmpty else {
            throw HarkError(.invalidEndpoint, "there is no address to connect to; give at least one")
        }
        for endpoint in endpoints { try options.dialect.check(endpoint) }
        self.init(endpoints: endpoints, options: options)
    }

    private init(endpoints: [Endpoint], options: Options) {
        self.endpoints = endpoints
        self.options = options
        var random = EnvironmentRandom(options.environment)
        node = NativeIdentifier(using: &random)
        link = NativeLink(role: .client, options: options.link, dialect: options.dialect)
        redialer = Redialer(to: endpoints, options: options)
        gateways = ClientGateways(options)
        super.init(outlet: link.outlet, options: link.options, logger: options.logger)
        link.client = self
        redialer.owner = self
        if options.dialect.echo != .remoteOnly { echo = options.dialect.echo }
    }

    /// A client that is connected.
    ///
    /// - Throws: `HarkError` when the first attempt fails; later the client connects again by itself.
    public static func connect(to endpoint: Endpoint, options: Options = Options()) async throws -> Client {
        try await connected(Client(to: endpoint, options: options))
    }

    /// A client that is connected to the first of `endpoints` that answers.
    ///
    /// - Throws: `HarkError` when all fail the first time; later the client connects again by itself.
    public static func connect(to endpoints: [Endpoint], options: Options = Options()) async throws -> Client {
        try await connected(Client(to: endpoints, options: options))
    }

    private static func connected(_ client: Client) async throws -> Client {
        do {
            client.failsWaitersAtOnce = true
            client.connect()
            try await client.connected()
            client.failsWaitersAtOnce = false
        } catch {
            await client.close()
            throw error
        }
        return client
    }

    // MARK: Connecting

    /// Starts to connect, and keeps trying. Calling it again while it is under way does nothing; in the socket-ipc
    /// dialect that is told to the `.error` listeners, as `.duplicate`. After giving up it starts anew.
    public func connect() {
        do throws(HarkError) { try start() } catch { report(error) }
    }

    /// Starts to connect, keeps trying, and waits until the connection is open.
    ///
    /// - Parameter deadline: how long to wait. After that the client keeps trying, until it is closed.
    /// - Throws: `HarkError` with code `.timeout`, or as `connected()`; in the socket-ipc dialect `.duplicate` when the
    ///   client was told to connect before.
    public func connect(within deadline: Duration) async throws {
        try start()
        guard try isWaitNeeded() else { return }
        try await waiters.wait(
            until: environment.clock.now + deadline.milliseconds, of: environment.clock,
            orThrow: HarkError(.timeout, "no connection to \(endpoint) within \(deadline)"))
    }

    private func start() throws(HarkError) {
        guard !isClosing, !isClosed else { throw HarkError(.closed, "the client is closed; make a new one") }
        guard leavers == nil else {
            throw HarkError(.closed, "the client says goodbye; await disconnect() before connecting again")
        }
        do throws(HarkError) {
            for endpoint in endpoints { try options.dialect.check(endpoint) }
        } catch {
            link.gaveUp = error
            throw error
        }
        guard redialer.start() else {
            guard options.dialect.isSocketIPC else { return }
            throw HarkError(.duplicate, "the client connects already; once is enough")
        }
        link.gaveUp = nil
        loopReference.hold(self)
    }

    /// Waits until the connection is open.
    ///
    /// - Throws: `HarkError` with code `.closed`, `.gaveUp` or `.cancelled`; for a client that does not reconnect, what
    ///   went wrong.
    public func connected() async throws {
        if try isWaitNeeded() { try await waiters.wait() }
    }

    private func isWaitNeeded() throws(HarkError) -> Bool {
        guard !isConnected else { return false }
        if let gaveUp = link.gaveUp { throw gaveUp }
        guard !isClosed else { throw HarkError(.closed, "the client is closed") }
        return true
    }

    /// Values that the client and its peer on the server share.
    public var data: SharedData { link.data }

    /// Whether the connection is open and `Options.onConnect` has returned.
    public var isConnected: Bool { link.isDataOpen && !link.isHeld }

    /// How long until the next attempt to connect; nil when none is waited for. `.backoff` tells when a wait begins.
    public var nextAttempt: Duration? { redialer.nextAttempt }

    /// The name that the server gives this client; nil while there is no connection.
    public var peerID: Peer.ID? {
        guard link.isDataOpen, let id = link.machine.welcome?.peer, !id.isEmpty else { return nil }
        return id
    }

    /// How the latest connection relates to those before it.
    public var resumption: Resumption {
        switch link.machine.welcome?.session?.outcome {
        case .resumed: .resumed
        case .refused(let why): .refused(why: why)
        case .new, nil: link.resumesElsewhere ? .resumed : .new
        }
    }

    /// Drops the connection, or the attempt that is under way, and dials at once, without waiting.
    ///
    /// What was emitted and not acknowledged is sent again; with a session nothing is lost and nothing comes twice.
    /// After `disconnect()` or giving up it is `connect()`.
    public func reconnect() {
        guard !isClosing, !isClosed, leavers == nil else { return connect() }
        let wasOpen = isConnected
        _ = redialer.stop()
        let error = HarkError(.disconnected, "reconnect() was called")
        link.end(nil)
        if wasOpen { fire(.disconnect, error) }
        // A listener may have decided otherwise.
        connect()
    }

    /// Says goodbye after everything emitted before, closes the connection and makes no other. The session is over; in
    /// the Uhura dialect, which has no goodbye, the next connection goes on with it.
    ///
    /// The client stays usable: what is emitted waits, and `connect()` connects again. Fires `.disconnect` if there
    /// was a connection.
    public func disconnect() async {
        guard !isClosing, !isClosed else { return }
        guard leavers == nil else { return await leave() }
        leavers = []
        let wasOpen = isConnected
        if redialer.stop() { await link.close() } else { link.end(nil) }
        let leavers = leavers ?? []
        self.leavers = nil
        let error = HarkError(.disconnected, "disconnect() was called; connect() connects again")
        link.gaveUp = error
        if options.dialect.hasGoodbye { link.forgetSession() }
        link.failAcknowledgements(error)
        waiters.resumeAll(throwing: error)
        loopReference.release(self)
        if wasOpen { fire(.disconnect, error) }
        for leaver in leavers { leaver.resume() }
    }

    /// Says goodbye after everything emitted before, and never connects again. Ends with `.close`.
    public func close() async {
        await leave()
        guard !isClosed else { return }
        if isClosing { return await withCheckedContinuation { first in once(.close) { first.resume() } } }
        isClosing = true
        if redialer.stop() { await link.close() } else { link.end(nil) }
        finish(HarkError(.closed, "the client was closed"))
    }

    /// Waits for the end of a `disconnect()` that is under way.
    private func leave() async {
        if leavers != nil { await withCheckedContinuation { leavers?.append($0) } }
    }

    private func finish(_ error: HarkError) {
        guard !isClosed else { return }
        waiters.resumeAll(throwing: error)
        didClose()
        link.failAcknowledgements(error)
        link.disown()
        loopReference.release(self)
    }

    // MARK: Asking and waiting

    /// Asks the server and waits for its answer.
    ///
    /// - Parameters:
    ///   - name: the request's name.
    ///   - arguments: what to send with it.
    ///   - deadline: how long to wait; 5 s by default.
    /// - Throws: `HarkError`: `.timeout`, `.noResponder`, `.requestFailed`, `.disconnected`, `.gaveUp` or `.closed`;
    ///   `ArgumentError` when the answer is of another type.
    public func request<each A: EventArgument & Sendable, Result: EventArgument & Sendable>(
        _ name: String, _ arguments: repeat each A, within deadline: Duration = .seconds(5)
    ) async throws -> Result {
        try await link.request(name, within: deadline) { writer in
            for argument in repeat each arguments { argument.encode(into: &writer) }
        }
    }

    /// Asks with arguments that are known only at run time.
    ///
    /// - Throws: as the typed form.
    public func request(_ name: String, values: [Value], within deadline: Duration = .seconds(5)) async throws -> Value
    {
        try await link.request(name, within: deadline) { writer in
            for value in values { writer.write(value) }
        }
    }

    /// Waits until the server has answered a ping, which overtakes what waits to be sent: a round trip of the
    /// connection. Not needed to keep it alive.
    ///
    /// - Parameter deadline: how long to wait; 5 s by default.
    /// - Throws: `HarkError`: `.timeout`, `.disconnected`, `.gaveUp`, `.closed`, `.cancelled`, or `.limit` when too
    ///   many requests wait.
    public func ping(within deadline: Duration = .seconds(5)) async throws { try await link.ping(within: deadline) }

    /// Waits until everything emitted so far has been acknowledged: its listeners there have returned. Over as many
    /// connections as that takes; events that are dropped meanwhile are waited for no longer. Who closes after this has
    /// lost nothing.
    ///
    /// - Throws: `HarkError` with code `.closed` when the client is closed, `.gaveUp` when it has given up connecting,
    ///   `.cancelled` when the task that waits is.
    public func acknowledged() async throws { try await link.acknowledged() }

    /// Waits until everything emitted so far has been handed to the socket, so that what is emitted next leaves at
    /// once. For producers: `if client.emit(…) != .written { try await client.drained() }`.
    ///
    /// - Throws: `HarkError` with code `.closed` when the client is closed, `.gaveUp` when it has given up connecting,
    ///   `.cancelled` when the task that waits is cancelled.
    public func drained() async throws { try await link.drained() }
}

extension Client: LinkOwner {
    var audience: [ListenerTable] { listenersIfAny.map { [$0] } ?? [] }

    func responder(of name: String) -> Responder? { respondersIfAny?.responder(of: name) }

    func linkDidGreet(_ hello: Hello) {}

    func linkDidOpen() {
        guard let onConnect = options.onConnect, let connection = link.connection else { return opened() }
        link.isHeld = true
        let preamble = Preamble(link, connection, resumption)
        let timer = environment.clock.timer { [self] in
            fail(preamble, HarkError(.timeout, "onConnect took longer than \(options.timing.handshake)"))
        }
        timer.schedule(at: environment.clock.now + options.timing.handshake.milliseconds)
        EventLoop.task { [self] in
            do {
                try await onConnect(preamble)
                guard preamble.isCurrent else { return }
                timer.cancel()
                link.letGo()
                opened()
            } catch {
                timer.cancel()
                fail(preamble, HarkError(.handshake, "onConnect has thrown: \(error)", cause: error))
            }
        }
    }

    private func fail(_ preamble: Preamble, _ error: HarkError) {
        if preamble.isCurrent { link.end(error) }
    }

    private func opened() {
        guard redialer.opened() else { return link.end(nil) }
        let isAgain = wasConnected
        wasConnected = true
        fire(.connect, ())
        if isAgain { fire(.reconnect, ()) }
        waiters.resumeAll()
    }

    func linkDidChangeData(_ changes: [SharedData.Change]) { fireDataChanges(changes) }
    func linkDidTouchData() {}
    func linkDidDrain() { fire(.drain, ()) }
    func linkIsSlow(_ consumer: SlowConsumer) {
        if lifecycleIfAny?.fire(.slowConsumer, consumer) != true { consumer.log(to: logger) }
    }
    func linkDidOverflow(_ error: HarkError) { link.end(error) }
    func linkDidClose(_ error: HarkError, retryAfter: UInt64?) { redialer.lost(error, retryAfter: retryAfter ?? 0) }
    func linkDidStorm(_ storm: Storm) { report(storm) }
    func linkDidFail(_ error: HarkError) { report(error) }
}

extension Client: RedialerOwner {
    func redialer(didDial connection: any Connection) {
        link.open(
            gateways?.gateway(over: connection) ?? connection,
            as: NativeHello(
                node: node, capabilities: options.sessions ? [.sessions, .data] : [.data],
                heartbeat: Int(options.timing.heartbeat.milliseconds),
                session: options.sessions ? link.claim : nil, credentials: options.credentials,
                will: options.lastWill?.content))
    }

    func redialerDropsConnection() { link.end(nil) }

    func redialer(didFail error: HarkError, isLoss: Bool) {
        logger.debug("connection", metadata: ["endpoint": "\(endpoint)", "error": "\(error)"])
        if isLoss { fire(.disconnect, error) } else { fire(.connectError, error) }
        if failsWaitersAtOnce { waiters.resumeAll(throwing: error) }
    }

    func redialer(waits backoff: Backoff) { fire(.backoff, backoff) }

    func redialer(didGiveUp error: HarkError) {
        guard redialer.reconnects else {
            return options.chosenReconnects == false ? finish(error) : rest(after: error)
        }
        let error = HarkError(.gaveUp, "gave up connecting: \(error)", cause: error)
        rest(error)
        fire(.giveUp, error)
    }

    /// Waits for somebody to say `connect()`.
    private func rest(after error: HarkError) {
        rest(HarkError(.gaveUp, "\(error.message); reconnect() or autoReconnect() connects again", cause: error))
    }

    private func rest(_ error: HarkError) {
        link.gaveUp = error
        link.failAcknowledgements(error)
        waiters.resumeAll(throwing: error)
        loopReference.release(self)
    }
}
