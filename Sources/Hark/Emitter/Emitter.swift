public import HarkUV
public import Logging
public import Synchronization

/// What `Server`, `Client` and `Peer` have in common: listeners, events to emit, requests to answer, and a life.
///
/// An emitter belongs to the loop and lives until it is closed. `emit` and `events` work from any thread without
/// waiting; everything else is called on the loop, or with `await` from elsewhere.
@EventLoop
public class Emitter {
    // Made when they are first needed: most peers of a large server have nothing of their own.
    private(set) var listenersIfAny: ListenerTable?
    private(set) var respondersIfAny: ResponderTable?
    private(set) var lifecycleIfAny: LifecycleTable?

    @usableFromInline nonisolated let outlet: LoopBound<Outlet>
    /// Made for the first event from another thread.
    private nonisolated let lazyTarget = AtomicLazyReference<MailboxTarget>()

    var echoPolicy = EchoPolicy.remoteOnly
    /// Whether the policy is another than `.remoteOnly`, for any thread.
    @usableFromInline nonisolated let isEchoing = Atomic(false)

    /// Whether `close` was called, or the other side ended it for good.
    public private(set) var isClosed = false

    /// Where the emitter logs, at `info` and below; too many listeners of one name and storms are a `warning`.
    public nonisolated let logger: Logger

    nonisolated let linkOptions: LinkOptions
    nonisolated var environment: Environment { linkOptions.environment }
    private var sources: [EventSource] = []

    /// Where an event goes that is emitted now, as far as it is acknowledged there.
    var acknowledgingLinks: [NativeLink] { [] }

    /// Whether anybody ever acknowledges what it emits.
    var isEverAcknowledged: Bool { true }

    /// Whether whoever awaits an acknowledgement waits for room first.
    var waitsForRoom: Bool { true }

    /// Events of other threads for which there was no room in the mailbox.
    @usableFromInline nonisolated let mailboxDropCount = Atomic(0)

    /// What has become of all events so far.
    public var statistics: Statistics { ownStatistics }

    /// Those that went through this emitter's outlet.
    final var ownStatistics: Statistics {
        var statistics = outlet.onLoop { $0.statistics }
        let count = mailboxDropCount.load(ordering: .relaxed)
        if count > 0 { statistics.dropped[.mailboxFull, default: 0] += count }
        statistics.emitted += count
        for link in acknowledgingLinks { statistics.received += link.receivedCount }
        return statistics
    }

    /// How many errors nobody has listened to, by kind. None ends a program; the first of each kind is logged.
    public private(set) var unheardErrors: [HarkError.Code: Int] = [:]

    init(outlet: Outlet, options: LinkOptions, logger: Logger) {
        self.outlet = LoopBound(outlet)
        linkOptions = options
        self.logger = logger
        outlet.emitter = self
    }

    /// Where other threads post what they emit.
    @usableFromInline
    nonisolated var target: MailboxTarget { lazyTarget.load() ?? lazyTarget.storeIfNil(MailboxTarget(Mailslot(self))) }

    var listeners: ListenerTable {
        if let listenersIfAny { return listenersIfAny }
        let table = ListenerTable(lifecycle: lifecycle, logger: logger)
        listenersIfAny = table
        return table
    }

    var responders: ResponderTable {
        if let respondersIfAny { return respondersIfAny }
        let table = ResponderTable()
        respondersIfAny = table
        return table
    }

    var lifecycle: LifecycleTable {
        if let lifecycleIfAny { return lifecycleIfAny }
        let table = LifecycleTable()
        lifecycleIfAny = table
        return table
    }

    // MARK: Lifecycle

    /// Listens to what happens to the emitter itself.
    @discardableResult
    public func on<Payload>(
        _ key: LifecycleKey<Payload>, _ body: @escaping @EventLoop (Payload) -> Void
    ) -> Subscription {
        lifecycle.add(key, isOnce: false, body)
    }

    /// Listens to what happens to the emitter itself, the next time it does.
    @discardableResult
    public func once<Payload>(
        _ key: LifecycleKey<Payload>, _ body: @escaping @EventLoop (Payload) -> Void
    ) -> Subscription {
        lifecycle.add(key, isOnce: true, body)
    }

    func fire<Payload>(_ key: LifecycleKey<Payload>, _ payload: Payload) { lifecycleIfAny?.fire(key, payload) }

    func fireDataChanges(_ changes: [SharedData.Change]) {
        for change in changes { fire(.dataChange, change) }
        fire(.dataChanges, changes)
    }

    /// Tells of an error that ends nothing: to the listeners of `.error`, or once per kind to the log.
    func report(_ error: HarkError) {
        if lifecycleIfAny?.fire(.error, error) == true { return }
        let count = unheardErrors[error.code, default: 0] + 1
        unheardErrors[error.code] = count
        guard count == 1 else { return }
        var metadata: Logger.Metadata = ["code": "\(error.code)", "error": "\(error)"]
        if let event = error.event { metadata["event"] = "\(event)" }
        if let peer = error.peer { metadata["peer"] = "\(peer)" }
        logger.info("unheard error", metadata: metadata)
    }

    /// Tells of a storm that has begun.
    func report(_ storm: Storm) {
        var metadata: Logger.Metadata = [
            "heard": "\(storm.heard)", "answer": "\(storm.answer)", "rate": "\(storm.rate)",
        ]
        if let peer = storm.peer { metadata["peer"] = "\(peer)" }
        logger.warning("event storm: listeners answer each other's events without an end", metadata: metadata)
        fire(.storm, storm)
    }

    /// Takes part in `close`: nothing is emitted, received or kept alive any more.
    func didClose() {
        guard !isClosed else { return }
        isClosed = true
        outlet.onLoop { $0.close() }
        for source in sources { source.finish() }
        sources = []
        fire(.close, ())
        listenersIfAny?.close()
        let isTellingOn = outlet.onLoop { $0.rules.contains(.tellsEach) }
        lifecycleIfAny?.removeAll(but: isTellingOn ? LifecycleKey.error.name : nil)
        respondersIfAny?.removeAll()
        ListenerQueue.shared.didClose(self)
    }

    // MARK: Events as a sequence

    /// The events of this name, to be taken one after the other by a task.
    ///
    /// Collecting begins with this call. The sequence ends when the emitter closes.
    /// - Parameter buffering: what to keep when they arrive faster than they are taken. 1 000 newest by default.
    public nonisolated func events(_ name: String, buffering: EventBuffering = .newest(1_000)) -> EventSequence {
        sequence(.name(name), buffering)
    }

    /// All events that the emitter's listeners hear, to be taken one after the other by a task, as
    /// `events(_:buffering:)` for each name.
    public nonisolated func allEvents(buffering: EventBuffering = .newest(1_000)) -> EventSequence {
        sequence(.any, buffering)
    }

    private nonisolated func sequence(_ scope: ListenerScope, _ buffering: EventBuffering) -> EventSequence {
        let source = EventSource(buffering: buffering)
        EventLoop.task { self.collect(scope, in: source) }
        return EventSequence(source: source)
    }

    /// The events with this key, as `events(_:buffering:)` of its name.
    public nonisolated func events<each A: EventArgument>(
        _ key: EventKey<repeat each A>, buffering: EventBuffering = .newest(1_000)
    ) -> EventSequence {
        events(key.text, buffering: buffering)
    }

    private func collect(_ scope: ListenerScope, in source: EventSource) {
        guard !isClosed else { return source.finish() }
        let subscription = listen(scope) { source.add(Event(arriving: $0)) }
        sources.append(source)
        source.onFinish = { [weak self] in
            subscription.cancel()
            self?.sources.removeAll { $0 === source }
        }
    }
}
