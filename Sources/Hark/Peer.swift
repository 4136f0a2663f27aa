internal import HarkProtocol
public import HarkUV
public import HarkWire
internal import Logging

/// One client, as its server sees it: the same verbs, for this connection only.
@EventLoop
public final class Peer: Emitter {
    /// Names a peer of one server, for as long as it is connected.
    public typealias ID = String

    /// The peer's name: 16 hexadecimal digits; in the Uhura dialect its session id, in verbose what
    /// the node calls itself, in socket-ipc a UUID.
    public nonisolated var id: ID { name?.text ?? Self.id(of: number) }

    /// The wire that is spoken with this client.
    public var dialect: Dialect { link.dialect }

    /// A name that its dialect has given it.
    private nonisolated let name: PeerName?

    /// Whether it has one.
    var isNamed: Bool { name?.text != nil }

    /// What the name is made of. A server keeps its peers by it: thousands of texts would add up.
    nonisolated let number: UInt64

    /// Who is at the other end, as far as the transport knows.
    public internal(set) var info: PeerInfo

    /// Whether the session waits for a new connection.
    private var isWaiting = false
    private var isClosing = false

    /// How the client introduced itself.
    public internal(set) var hello: Hello?

    /// How the latest connection relates to those before it.
    public internal(set) var resumption = Resumption.new

    let link: NativeLink
    override var acknowledgingLinks: [NativeLink] { [link] }
    weak var server: Server?
    /// Proves that a client is the one whose session this is; nil when there is none.
    var sessionToken: NativeIdentifier?

    init(number: UInt64, name: PeerName? = nil, info: PeerInfo, server: Server, _ dialect: Dialect = .native) {
        self.number = number
        self.name = name
        self.info = info
        self.server = server
        link = NativeLink(role: .server, options: server.linkOptions, dialect: dialect, names: server.names)
        super.init(outlet: link.outlet, options: server.linkOptions, logger: server.logger)
        link.peer = self
        if dialect.echo != .remoteOnly { echo = dialect.echo }
    }

    /// Values that the peer and its client share.
    public var data: SharedData { link.data }

    private nonisolated static func id(of number: UInt64) -> ID {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The number that `id` is made of; nil when it is no peer's name.
    nonisolated static func number(of id: ID) -> UInt64? {
        UInt64(id, radix: 16).flatMap { Self.id(of: $0) == id ? $0 : nil }
    }

    /// Says goodbye to the client after what was emitted before, and closes the connection.
    ///
    /// - Parameter retryAfter: how long the client is asked to stay away, up to an hour. It comes back after a random
    ///   time from that on; with zero, the default, as soon as its own settings let it.
    public func close(retryAfter: Duration = .zero) async {
        guard !isClosed else { return }
        if isClosing { return await withCheckedContinuation { first in once(.close) { first.resume() } } }
        isClosing = true
        await link.close(retryAfter: retryAfter)
        ended(nil)
    }

    /// Asks the client and waits for its answer.
    ///
    /// - Parameters:
    ///   - name: the request's name.
    ///   - arguments: what to send with it.
    ///   - deadline: how long to wait; 5 s by default.
    /// - Throws: `HarkError`: `.timeout`, `.noResponder`, `.requestFailed`, `.disconnected` or `.closed`;
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

    /// Waits until the client has answered a ping, which overtakes what waits to be sent: a round trip of the
    /// connection. Not needed to keep it alive.
    ///
    /// - Parameter deadline: how long to wait; 5 s by default.
    /// - Throws: `HarkError`: `.timeout`, `.disconnected`, `.closed`, `.cancelled`, or `.limit` when too many requests
    ///   wait.
    public func ping(within deadline: Duration = .seconds(5)) async throws { try await link.ping(within: deadline) }

    /// Waits until everything emitted so far has been acknowledged: its listeners there have returned. Over as many
    /// connections as that takes; events that are dropped meanwhile are waited for no longer. Who closes after this has
    /// lost nothing.
    ///
    /// - Throws: `HarkError` with code `.closed` when the peer is gone, `.cancelled` when the task that waits is.
    public func acknowledged() async throws { try await link.acknowledged() }

    /// Waits until everything emitted so far has been handed to the socket, so that what is emitted next leaves at
    /// once. For producers: `if client.emit(…) != .written { try await client.drained() }`.
    ///
    /// - Throws: `HarkError` with code `.closed` when the peer is gone, `.cancelled` when the task that waits is.
    public func drained() async throws { try await link.drained() }

    override func report(_ storm: Storm) {
        super.report(storm)
        server?.fire(.storm, storm)
    }

    /// Ends the session for good: the values shared with the client are forgotten on both sides, and the connection is
    /// closed after what was emitted before. A client that is away finds out when it comes back. It may connect again,
    /// as a new peer.
    public func invalidateSession() async {
        guard !isClosed else { return }
        server?.invalidate(self)
        sessionToken = nil
        data.clear()
        await link.close(as: .invalidated)
        ended(nil)
    }

    /// - Parameter error: why, if the server did not want it.
    func ended(_ error: HarkError?, isFarewell: Bool = false) {
        guard !isClosed else { return }
        link.end(nil)
        if error != nil, !isFarewell, link.sessionCount > 0, let will = hello?.lastWill { link.deliver(will) }
        server?.remove(self, error)
        sessionToken = nil
        if let error, !isWaiting { fire(.disconnect, error) }
        didClose()
        server?.account(self)
        link.failAcknowledgements(error ?? HarkError(.closed, "the peer was closed before the acknowledgement came"))
        link.disown()
    }

    /// The server closes before the handshake is complete.
    func turnAway(retryAfter: Duration) {
        let stayAway = retryAfter.milliseconds
        if stayAway > 0 { link.machine.close(.shutdown, retryAfter: stayAway, control: &link.control) }
        ended(nil)
    }

    /// The connection is lost. With a session the peer waits for the client to come back.
    private func lost(_ error: HarkError) {
        // Who says goodbye does not come back.
        let isFarewell = [.normal, .shutdown].contains(link.machine.goodbye?.reason)
        guard !isFarewell, !isClosed, server?.keep(self) == true else { return ended(error, isFarewell: isFarewell) }
        isWaiting = true
        fire(.disconnect, error)
    }

    /// Another peer has its name now.
    func replaced() { ended(HarkError(.disconnected, "another connection has taken its place"), isFarewell: true) }

    /// The session waits no longer.
    func expire(_ why: String) { ended(HarkError(.disconnected, "the session has ended: \(why)")) }

    /// The client is back, over the connection of `other`, which nobody knows yet.
    func resume(from other: Peer) {
        isWaiting = false
        resumption = .resumed
        adopt(from: other)
    }

    /// Takes over the connection of `other`, which nobody knows yet.
    func adopt(from other: Peer) {
        info = other.info
        hello = other.hello
        link.replaced()
        link.adopt(from: other.link)
    }
}

extension Peer: LinkOwner {
    var audience: [ListenerTable] { [listenersIfAny, server?.listenersIfAny].compactMap { $0 } }

    func responder(of name: String) -> Responder? {
        respondersIfAny?.responder(of: name) ?? server?.respondersIfAny?.responder(of: name)
    }

    func linkDidGreet(_ hello: Hello) {
        self.hello = hello
        guard let server else { return }
        server.authorize(self, hello)
    }

    func linkDidOpen() {
        server?.add(self)
        if resumption == .resumed { fire(.reconnect, ()) }
    }
    func linkDidChangeData(_ changes: [SharedData.Change]) { fireDataChanges(changes) }
    func linkDidTouchData() { server?.archive(self) }
    func linkDidDrain() { fire(.drain, ()) }
    func linkIsSlow(_ consumer: SlowConsumer) {
        let isHeard = lifecycleIfAny?.fire(.slowConsumer, consumer) == true
        let isHeardByServer = server?.lifecycleIfAny?.fire(.slowConsumer, consumer) == true
        if !isHeard, !isHeardByServer { consumer.log(to: logger) }
    }
    func linkDidOverflow(_ error: HarkError) { ended(error) }
    func linkDidClose(_ error: HarkError, retryAfter: UInt64?) { lost(error) }

    func linkDidStorm(_ storm: Storm) { report(storm) }

    func linkDidFail(_ error: HarkError) {
        if lifecycleIfAny?.fire(.error, error) != true { ((server as Emitter?) ?? self).report(error) }
    }
}
