internal import HarkUV
internal import HarkWire
internal import Logging

/// The listeners of one emitter, in the order of registration.
@EventLoop
@usableFromInline
final class ListenerTable {
    /// 10 listeners of one name, as in Node: more are rarely meant.
    static let limitDefault = 10

    /// 64 names without listeners: less is not worth the work of forgetting them.
    private static let vacantCountMin = 64

    /// 4 096 names looked up: as many as a peer may number. What is looked up again costs a microsecond.
    private static let heardCountMax = 4_096

    private var index = NameTable()
    /// By the names' numbers.
    private var slots: [ListenerSlot] = []
    private var vacantCount = 0
    /// Made with the first pattern.
    private var patterns: PatternTrie?
    private lazy var any = ListenerSlot(.any, in: self)

    /// The places taken by `prepend`, going down, and by all others, going up.
    private var firstOrder = 0
    private var lastOrder = 0

    /// What was looked up for events of this process, and when.
    private var heard: [String: ContiguousArray<Listener>] = [:]
    private var heardVersion = 0

    private let lifecycle: LifecycleTable
    private let logger: Logger

    /// Hears of listeners that come, 1, and go, -1.
    var onChange: (@EventLoop (ListenerScope, Int) -> Void)?

    /// How many listeners one name may have before the log says so; 0 for any number.
    var limit = ListenerTable.limitDefault

    init(lifecycle: LifecycleTable, logger: Logger) {
        self.lifecycle = lifecycle
        self.logger = logger
    }

    // MARK: Registering

    /// Adds a listener behind the others, or ahead of them.
    func add(
        _ scope: ListenerScope, isOnce: Bool, isFirst: Bool, bytes: BytesHandler? = nil, _ handler: @escaping Handler
    ) -> Subscription {
        // Before, as in Node: what its listeners add comes ahead.
        lifecycle.fire(.newListener, scope.text)
        let slot = slot(of: scope)
        let subscription = Subscription(in: slot)
        lastOrder += 1
        if isFirst { firstOrder -= 1 }
        let listener = Listener(
            subscription, order: isFirst ? firstOrder : lastOrder,
            handler: isOnce ? Self.once(subscription, handler) : handler, bytes: isOnce ? nil : bytes)
        if slot.listeners.isEmpty {
            slot.since = lastOrder
            if case .name = scope { vacantCount -= 1 }
        }
        slot.listeners.insert(listener, at: isFirst ? 0 : slot.listeners.count)
        ListenerVersion.shared.change()
        onChange?(scope, 1)
        checkLimit(slot)
        return subscription
    }

    private static func once(_ subscription: Subscription, _ handler: @escaping Handler) -> Handler {
        var isDone = false
        return { arguments in
            guard !isDone else { return }
            isDone = true
            subscription.cancel()
            try handler(arguments)
        }
    }

    private func checkLimit(_ slot: ListenerSlot) {
        guard limit > 0, slot.listeners.count > limit, !slot.isReported else { return }
        slot.isReported = true
        logger.warning(
            "more listeners than expected; is one added again and again? See listenerLimit",
            metadata: ["event": "\(slot.scope.text)", "count": "\(slot.listeners.count)", "limit": "\(limit)"])
    }

    // MARK: Removing

    func remove(_ subscription: Subscription, from slot: ListenerSlot) {
        guard let index = slot.listeners.lastIndex(where: { $0.subscription === subscription }) else { return }
        slot.listeners.remove(at: index)
        subscription.ended()
        ListenerVersion.shared.change()
        if slot.listeners.isEmpty { vacated(slot) }
        onChange?(slot.scope, -1)
        lifecycle.fire(.removeListener, slot.scope.text)
    }

    /// Removes the listeners of `name`, or all, the newest first.
    func removeAll(_ name: String? = nil) {
        for slot in name.map({ name in known(name).map { [$0] } ?? [] }) ?? occupied {
            for listener in slot.listeners.reversed() { listener.subscription.cancel() }
        }
    }

    /// Forgets everything and tells nobody: the emitter is closed.
    func close() {
        for slot in occupied {
            for listener in slot.listeners { listener.subscription.ended() }
            slot.listeners.removeAll()
            vacated(slot)
        }
        heard.removeAll()
        ListenerVersion.shared.change()
    }

    private func vacated(_ slot: ListenerSlot) {
        switch slot.scope {
        case .pattern(let pattern): patterns?.remove(pattern)
        case .any: break
        case .name:
            vacantCount += 1
            if vacantCount >= Self.vacantCountMin, vacantCount * 2 > slots.count { forgetVacant() }
        }
    }

    /// Names that are listened to once, each a different one, must not add up.
    private func forgetVacant() {
        let kept = slots.filter { !$0.listeners.isEmpty }
        index.removeAll()
        slots = []
        vacantCount = 0
        for slot in kept {
            Self.withBytes(of: slot.scope.text) { _ = index.add($0) }
            slots.append(slot)
        }
    }

    // MARK: Looking

    /// Who hears an event of this process called `name`, in the order of registration.
    func listeners(hearing name: String) -> ContiguousArray<Listener> {
        let version = ListenerVersion.shared.count
        if version != heardVersion || heard.count >= Self.heardCountMax {
            heard.removeAll(keepingCapacity: true)
            heardVersion = version
        }
        if let known = heard[name] { return known }
        var listeners: ContiguousArray<Listener> = []
        Self.withBytes(of: name) { collect($0, into: &listeners) }
        heard[name] = listeners
        return listeners
    }

    /// Names that have listeners, the one that has had some for the longest time first.
    var names: [String] {
        slots.filter { !$0.listeners.isEmpty }.sorted { $0.since < $1.since }.map(\.scope.text)
    }

    /// Names, patterns and all events, as far as somebody listens to them.
    var subscriptions: [ConsoleSubscription] {
        occupied.map { slot in
            let isPattern = if case .name = slot.scope { false } else { true }
            return ConsoleSubscription(slot.scope.text, isPattern: isPattern, listenerCount: slot.listeners.count)
        }
    }

    /// The listeners of `name` itself, in order.
    func listeners(of name: String) -> ContiguousArray<Listener> { known(name)?.listeners ?? [] }

    /// Appends those who hear an event called `name`, in the order of registration.
    func collect(_ name: UnsafeRawBufferPointer, into listeners: inout ContiguousArray<Listener>) {
        let start = listeners.count
        var sourceCount = 0
        func append(_ slot: ListenerSlot) {
            guard !slot.listeners.isEmpty else { return }
            listeners.append(contentsOf: slot.listeners)
            sourceCount += 1
        }
        if let number = index.number(of: name) { append(slots[number]) }
        if let patterns, !patterns.isEmpty {
            for slot in patterns.slots(matching: String(decoding: name, as: UTF8.self)) { append(slot) }
        }
        append(any)
        if sourceCount > 1 { listeners[start...].sort { $0.order < $1.order } }
    }

    private var occupied: [ListenerSlot] {
        (slots + (patterns?.slots ?? []) + [any]).filter { !$0.listeners.isEmpty }.sorted { $0.since < $1.since }
    }

    private func known(_ name: String) -> ListenerSlot? {
        Self.withBytes(of: name) { index.number(of: $0) }.map { slots[$0] }
    }

    private func slot(of scope: ListenerScope) -> ListenerSlot {
        switch scope {
        case .any: return any
        case .pattern(let pattern):
            let patterns = patterns ?? PatternTrie()
            self.patterns = patterns
            return patterns.slot(of: pattern) { ListenerSlot(scope, in: self) }
        case .name(let name):
            if let slot = known(name) { return slot }
            let slot = ListenerSlot(scope, in: self)
            slots.append(slot)
            vacantCount += 1
            Self.withBytes(of: name) { _ = index.add($0) }
            return slot
        }
    }

    private static func withBytes<Result>(of name: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var name = name
        return name.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}
