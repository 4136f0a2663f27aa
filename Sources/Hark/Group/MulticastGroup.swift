internal import HarkProtocol
public import HarkUV
internal import HarkWire
internal import Logging

/// Everyone on the group hears everyone: events over UDP multicast.
///
/// ```swift
/// let group = try MulticastGroup(on: .udp("239.255.72.82", port: 9000))
/// group.on("hello") { (name: String) in print("hello, \(name)") }
/// try await group.start()
/// group.emit("hello", "world")
/// ```
/// The native dialect repairs what is lost, keeps the order of each sender and tells what it could not repair; the
/// Eventcast dialect speaks to programs of that library.
@EventLoop
public final class MulticastGroup: Emitter {
    /// Whether a member takes part.
    public enum Status: String, Sendable, Hashable {
        /// It does not: what is emitted reaches its own listeners at most.
        case stopped
        /// The sockets are being made: what is emitted waits.
        case starting
        /// It does.
        case started
        /// It says its last words.
        case stopping
        /// It never will again.
        case closed
    }

    /// As given when the member was made.
    public nonisolated let options: Options

    /// The name by which the others know this member: 16 hex digits, unless `Options.id` is another. In the native
    /// dialect it is another one after each start.
    public private(set) var id: String

    /// Whether it takes part.
    public private(set) var status = Status.stopped

    /// The port that all members share: as given, or drawn when it was first started; nil before.
    public private(set) var port: Int?

    private let groupOutlet: GroupOutlet
    private var link: GroupLink?
    /// Where it is looked after, while there is one.
    var console: Console?
    /// By component, where another level was chosen than that of the options.
    var chosenLogLevels: [String: Logger.Level] = [:]
    /// What encrypts a native group, with the keys that it has got by now: kept for the next start.
    var cipher: (any RotatingCipher)?
    /// Since the start last made.
    private(set) var losses = GroupLosses()
    private var loopReference = LoopReference()
    /// Counts starts, and those that were called off: what a start that is none any more has made is of no use.
    private var startCount = 0
    /// Counts the calls of `stop`: a start that waits is called off by those that come after it.
    private var stopCount = 0
    /// Whether `close` was called: nothing starts any more.
    private var isClosing = false
    private let waiters = WaitingTasks()
    private let leavers = WaitingTasks()
    private let drainers = WaitingTasks()
    /// Wait until nothing waits to be sent.
    private let emptiers = WaitingTasks()

    override var isEverAcknowledged: Bool { false }

    /// A member that does not take part before `start()`.
    public init(options: Options = Options()) {
        self.options = options
        var random = EnvironmentRandom(options.environment)
        id = options.id ?? EventcastSettings.id(seed: random.next())
        port = options.port
        groupOutlet = GroupOutlet(EventLoop.current.pool, options.limits)
        let link = LinkOptions(
            limits: options.limits, timing: options.timing, stormPolicy: .report, environment: options.environment)
        super.init(outlet: groupOutlet, options: link, logger: options.logger)
        echo = options.echo
    }

    /// A member of the group with this port, and the group of the dialect.
    ///
    /// - Parameters:
    ///   - port: the port that all members share.
    ///   - dialect: `.native` or `.eventcast`.
    public convenience init(_ port: Int, dialect: Dialect = .native) {
        self.init(options: Options(dialect: dialect, port: port))
    }

    /// A member of the group at an address.
    ///
    /// - Parameters:
    ///   - endpoint: `.udp(group, port:)`.
    ///   - options: everything else.
    public convenience init(on endpoint: Endpoint, options: Options = Options()) throws(HarkError) {
        guard case .udp(let group, let port) = endpoint else {
            throw HarkError(.invalidEndpoint, "\(endpoint) is no group; write udp://GROUP:PORT")
        }
        var options = options
        options.multicastMembership = group
        options.port = port
        self.init(options: options)
    }

    // MARK: Taking part

    /// Takes part, when the sockets are bound. Does nothing where it does already.
    ///
    /// What is emitted from this call on waits until then.
    /// - Throws: `HarkError`: `.invalidOptions` and `.invalidEndpoint` for what makes no sense, `.addressInUse`,
    ///   `.permission` or `.system` when the sockets cannot be bound, `.closed` after `close()`, `.cancelled` when it
    ///   is stopped before it has started.
    public func start() async throws(HarkError) { try await start(unlessStoppedSince: stopCount) }

    private func start(unlessStoppedSince count: Int) async throws(HarkError) {
        guard !isClosing else { throw HarkError(.closed, "the group is closed; make another one") }
        guard count == stopCount else { throw Self.calledOff }
        switch status {
        case .started: return
        case .starting: return try await wait(for: waiters)
        case .stopping:
            try await wait(for: leavers)
            return try await start(unlessStoppedSince: count)
        case .stopped, .closed: break
        }
        try await finishStarting(beginStarting())
    }

    /// Takes part, without waiting for it.
    ///
    /// - Parameter completion: called when it does. What goes wrong is told to the `.error` listeners instead.
    public func start(_ completion: @escaping @EventLoop () -> Void) {
        let begun = status == .stopped && !isClosing ? beginStarting() : nil
        let count = stopCount
        EventLoop.task { [self] in
            do throws(HarkError) {
                if let begun {
                    try await finishStarting(begun)
                } else {
                    try await start(unlessStoppedSince: count)
                }
                completion()
            } catch { report(error) }
        }
    }

    /// - Returns: which start it is.
    private func beginStarting() -> Int {
        status = .starting
        loopReference.hold(self)
        groupOutlet.begin()
        startCount += 1
        return startCount
    }

    private func finishStarting(_ begun: Int) async throws(HarkError) {
        let hadConsole = console != nil
        do throws(HarkError) {
            guard begun == startCount else { throw Self.calledOff }
            try openConsole()
            let stay = try await GroupStay(self)
            guard begun == startCount else {
                stay.close()
                throw Self.calledOff
            }
            port = stay.port
            link = stay.link
            cipher = stay.cipher
            status = .started
            losses = GroupLosses()
            try stay.open()
            id = stay.link.id
            groupOutlet.begin(stay.link)
        } catch {
            if begun == startCount {
                // A program that could not start ends, and is not kept by a console.
                if !hadConsole { closeConsole() }
                endStarting(error)
            }
            throw error
        }
        if options.port == nil, let port {
            logger.notice("a port was drawn; the other members need it", metadata: ["port": "\(port)"])
        }
        log(.info, "started", ["member": "\(id)", "group": "\(endpoint.map { "\($0)" } ?? "")"])
        if let endpoint { fire(.listening, endpoint) }
        fire(.start, ())
        waiters.resumeAll()
    }

    /// It did not come to it.
    private func endStarting(_ error: HarkError) {
        startCount += 1
        status = .stopped
        link = nil
        loopReference.release(self)
        waiters.resumeAll(throwing: error)
        nothingWaits()
        // Last: who hears that events are dropped may start it again.
        groupOutlet.end(GroupStatistics())
    }

    private static nonisolated let calledOff = HarkError(.cancelled, "the group was stopped before it had started")

    /// The port, drawn once.
    func choosePort() throws(HarkError) -> Int {
        if let port { return port }
        guard options.dialect == .eventcast else {
            throw HarkError(.invalidOptions, "a native group needs a port that all members share; set `port`")
        }
        var random = EnvironmentRandom(environment)
        let port = Int.random(in: Self.drawnPorts, using: &random)
        self.port = port
        return port
    }

    /// Those that nobody has registered (RFC 6335), as Eventcast draws them.
    private static nonisolated let drawnPorts = 49_152...65_535

    /// Takes part no more, and says so where the wire has a goodbye, after what was emitted before. It may be started
    /// again.
    ///
    /// Returns when the last words have left, after `Options.timing.close` at the latest.
    public func stop() async { await finishStopping(beginStopping()) }

    /// Takes part no more, without waiting for it.
    ///
    /// - Parameter completion: called when the last words have left.
    public func stop(_ completion: @escaping @EventLoop () -> Void) {
        let isFirst = beginStopping()
        EventLoop.task { [self] in
            await finishStopping(isFirst)
            completion()
        }
    }

    /// - Returns: whether the last words are to be said, which a listener of the group must not do itself.
    private func beginStopping() -> Bool {
        stopCount += 1
        switch status {
        case .stopped, .stopping, .closed: return false
        case .starting:
            endStarting(Self.calledOff)
            return false
        case .started:
            status = .stopping
            return true
        }
    }

    private func finishStopping(_ isFirst: Bool) async {
        guard isFirst, let link else {
            if status == .stopping { await waitQuietly(for: leavers) }
            return
        }
        await withCheckedContinuation { continuation in
            link.leave(within: options.timing.close.milliseconds) { continuation.resume() }
        }
        didStop(link)
    }

    private func didStop(_ link: GroupLink) {
        guard self.link === link else { return }
        groupOutlet.end(link.statistics)
        self.link = nil
        if status != .closed { status = .stopped }
        loopReference.release(self)
        log(.info, "stopped", ["member": "\(id)"])
        fire(.stop, ())
        leavers.resumeAll()
        nothingWaits()
    }

    private func nothingWaits() {
        drainers.resumeAll()
        emptiers.resumeAll()
    }

    /// Takes part no more, and never again: its listeners are removed.
    public func close() async {
        isClosing = true
        await stop()
        guard !isClosed else { return }
        status = .closed
        cipher = nil
        closeConsole()
        didClose()
    }

    private func wait(for tasks: WaitingTasks) async throws(HarkError) {
        do { try await tasks.wait() } catch {
            throw error as? HarkError ?? HarkError(.cancelled, "the task that waited was cancelled")
        }
    }

    private func waitQuietly(for tasks: WaitingTasks) async { try? await tasks.wait() }

    // MARK: What happens

    /// Waits until no more than `Limits.lowWaterByteCount` waits here to be sent; where that is so already, it returns
    /// at once. Producers await it after each event.
    ///
    /// - Throws: `HarkError` with code `.cancelled` when the task that waits is.
    public func drained() async throws {
        guard queuedByteCount > options.limits.lowWaterByteCount else { return }
        try await drainers.wait()
    }

    /// Waits until nothing waits here to be sent.
    func emptied() async throws {
        if queuedByteCount > 0 { try await emptiers.wait() }
    }

    /// Something was sent, or waits.
    func queueChanged(_ byteCount: Int) {
        let isCongested = outlet.onLoop { $0.isCongested }
        if byteCount > options.limits.highWaterByteCount {
            outlet.onLoop { $0.isCongested = true }
        } else if byteCount <= options.limits.lowWaterByteCount {
            drainers.resumeAll()
            if byteCount == 0 { emptiers.resumeAll() }
            guard isCongested else { return }
            outlet.onLoop {
                $0.isCongested = false
                $0.rearmReports()
            }
            fire(.drain, ())
        }
    }

    func didLose(_ loss: GroupLoss) {
        let loss = Loss(loss)
        losses.add(loss, at: environment.clock.now)
        log(
            .info, "events were lost",
            ["sender": "\(loss.member)", "receiver": "\(id)", "datagrams": "\(loss.datagramCount)"])
        fire(.loss, loss)
    }

    func didRefuse(_ refusal: GroupRefusal) {
        log(
            .debug, "refused",
            [
                "sender": "\(Endpoint(refusal.source))", "receiver": "\(id)", "reason": "\(refusal.reason.rawValue)",
            ])
        report(HarkError(refusal))
    }

    /// An event has arrived.
    func didReceive(
        _ name: @autoclosure () -> String, from member: GroupMember, in sequence: @autoclosure () -> String
    ) {
        log(
            .trace, "received",
            [
                "event": "\(name())", "sender": "\(member.id)", "sequence": "\(sequence())", "receiver": "\(id)",
            ])
    }

    // MARK: Who is there

    /// The other members, as far as they have been heard, in no particular order.
    public var members: [Member] { link?.members.map { Member($0) } ?? [] }

    /// The group's address with its port; nil before a port is known.
    public var endpoint: Endpoint? { port.map { .udp(options.group, port: $0) } }

    /// The address that this member sends from and is answered at; nil unless it has been started.
    public var address: String? { link == nil ? nil : ownAddress }

    /// Set when the sockets are bound.
    var ownAddress = ""

    /// What has become of this stay's datagrams.
    var groupStatistics: GroupStatistics { link?.statistics ?? GroupStatistics() }
}

extension HarkError {
    /// A machine did not accept something.
    init(_ refusal: GroupRefusal) {
        let code: Code =
            switch refusal.reason {
            case .version: .version
            case .malformed, .source, .reservedName, .repairRequest, .replayed: .protocolViolation
            case .plaintext, .ciphertext, .authentication: .encryption
            case .overLimit: .limit
            case .expired: .expired
            }
        self.init(code, "\(refusal.text), from \(Endpoint(refusal.source))")
    }
}
