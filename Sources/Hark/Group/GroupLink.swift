internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// One stay in a group, from start to stop: joins sockets, a machine and listeners.
///
/// There are two sockets where there is a group. One is bound to the group's port, which all members share, and only
/// receives. The other one has a port of its own and sends everything: what is meant for this member alone arrives
/// there, however many members this machine has.
@EventLoop
class GroupLink {
    /// Whose listeners hear the events. Not counted: it keeps this link.
    private unowned(unsafe) let group: MulticastGroup
    private let listeners: ListenerTable
    private let clock: any EventClock
    /// Whether events carry the time of day, and whether each is logged.
    private let (needsDate, isLogging): (Bool, Bool)
    /// What sends, first, and what else receives.
    private var sockets: [any DatagramSocket] = []
    private lazy var timer = clock.timer { [unowned self] in timeHasCome() }
    private var scheduled: UInt64?
    private lazy var rejoining = clock.timer { [unowned self] in joinAgain() }
    private var memberships: [GroupMembership] = []

    @exclusivity(unchecked) private var runs: ContiguousArray<DatagramRun> = []
    @exclusivity(unchecked) private var isDirty = false
    /// Whether the socket takes no more at the moment.
    @exclusivity(unchecked) private(set) var isBlocked = false
    /// What was emitted since the last flush, in bytes.
    @exclusivity(unchecked) private var freshByteCount = 0
    /// What the sockets could not do.
    @exclusivity(unchecked) private var sendFailures = GroupFailures()
    @exclusivity(unchecked) private var receiveFailures = GroupFailures()

    private let names = ListenerNames()
    // The event being dispatched. Its sender is not counted: whoever dispatches it does.
    @exclusivity(unchecked) private var name: UnsafeRawBufferPointer?
    @exclusivity(unchecked) private unowned(unsafe) var sender: GroupMember?

    /// Who is heard; everybody when there are none.
    private let sources: [DatagramAddress]
    /// Datagrams of others.
    private(set) var foreignCount = 0

    /// Called when everything has been said after `leave`.
    private var onEnd: (@EventLoop () -> Void)?

    /// 256 KiB: what is emitted in one turn beyond leaves before its end, so that producers do not fill memory.
    private static let freshByteCountMax = 256 << 10

    /// 256 KiB are given to the socket at a time: more than any socket takes at once.
    private static let collectedByteCountMax = 256 << 10

    /// 1 s: how often memberships are made sure of. An interface that returns is joined again within two.
    private static let rejoinInterval: UInt64 = 1_000

    init(_ group: MulticastGroup, hearing sources: [DatagramAddress]) {
        self.group = group
        self.sources = sources
        listeners = group.listeners
        clock = group.environment.clock
        (needsDate, isLogging) = (group.options.dialect == .eventcast, group.options.log)
    }

    // MARK: What a machine does

    func machineStarts(_ now: Instant) {}
    func machineStops(_ now: Instant) {}
    func machineEmits(
        _ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, _ now: Instant, _ date: Int64
    ) -> GroupSendOutcome { .stopped }
    func machineReceives(_ datagram: UnsafeRawBufferPointer, from source: DatagramAddress, _ now: Instant) {}
    func nextEffect() -> GroupEffect? { nil }
    var deadline: Instant? { nil }
    func machineAdvances(to now: Instant) {}
    func machineCollects(into runs: inout ContiguousArray<DatagramRun>, byteCountMax: Int, _ now: Instant) {}
    func machineSent(_ count: Int, _ now: Instant) {}
    var id: String { "" }
    var sequence: String { "" }
    var members: [GroupMember] { [] }
    var statistics: GroupStatistics { GroupStatistics() }

    // MARK: Life

    /// Takes part, over sockets that are bound.
    func open(_ sockets: [any DatagramSocket], _ memberships: [GroupMembership]) throws(HarkError) {
        self.sockets = sockets
        self.memberships = memberships
        for socket in sockets {
            socket.receiver = self
            try socket.startReceiving()
        }
        machineStarts(now)
        settle()
        if !memberships.isEmpty { rejoining.schedule(at: clock.now + Self.rejoinInterval) }
    }

    /// Says what is to be said at the end, and calls back when that has left.
    func leave(within milliseconds: UInt64, _ completion: @escaping @EventLoop () -> Void) {
        onEnd = completion
        machineStops(now)
        flush()
        endIfQuiet()
        guard onEnd != nil else { return }
        rejoining.cancel()
        rejoining = clock.timer { [unowned self] in end() }
        rejoining.schedule(at: clock.now + milliseconds)
    }

    /// Ends at once.
    func end() {
        for socket in sockets { socket.close() }
        sockets = []
        timer.cancel()
        rejoining.cancel()
        tellSendFailures(isLast: true)
        let onEnd = onEnd
        self.onEnd = nil
        onEnd?()
    }

    private func endIfQuiet() {
        if onEnd != nil, !isBlocked, deadline == nil, statistics.queuedEventCount == 0 { end() }
    }

    private var isOpen: Bool { !sockets.isEmpty }

    private func joinAgain() {
        for membership in memberships { try? membership.renew() }
        rejoining.schedule(at: clock.now + Self.rejoinInterval)
    }

    // MARK: Time

    private var now: Instant { Instant(milliseconds: clock.turn) }

    private func timeHasCome() {
        scheduled = nil
        guard isOpen else { return }
        machineAdvances(to: Instant(milliseconds: clock.now))
        takeEffects()
        settle()
    }

    /// The machine may have something to send, or wait for another moment.
    private func settle() {
        guard isOpen else { return }
        setDirty()
        schedule()
        endIfQuiet()
    }

    private func schedule() {
        let deadline = deadline?.milliseconds
        guard deadline != scheduled else { return }
        scheduled = deadline
        if let deadline { timer.schedule(at: deadline) } else { timer.cancel() }
    }

    // MARK: Emitting

    /// Takes an event. Its bytes are copied.
    func emit(_ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer) -> GroupSendOutcome {
        let outcome = machineEmits(name, arguments, now, needsDate ? clock.date : 0)
        guard outcome == .accepted else { return outcome }
        setDirty()
        freshByteCount += arguments.count
        if freshByteCount >= Self.freshByteCountMax { flushNow() }
        return outcome
    }

    private func setDirty() {
        guard !isDirty else { return }
        isDirty = true
        EventLoop.current.flushAtEndOfTurn(self)
    }

    private func flushNow() {
        freshByteCount = 0
        guard let socket = sockets.first, !isBlocked else { return }
        while !isBlocked {
            runs.removeAll(keepingCapacity: true)
            machineCollects(into: &runs, byteCountMax: Self.collectedByteCountMax, now)
            guard !runs.isEmpty else { break }
            let count = runs.reduce(0) { $0 + $1.count }
            let sending = socket.send(runs)
            machineSent(sending.count, now)
            if let error = sending.error { sendFailures.add(error, count: sending.failedCount) }
            isBlocked = sending.count < count
        }
    }
}

// MARK: - Flushing

extension GroupLink: Flushable {
    /// Hands what may leave to the socket.
    func flush() {
        isDirty = false
        guard isOpen else { return }
        flushNow()
        tellSendFailures()
        takeEffects()
        schedule()
        group.queueChanged(statistics.queuedByteCount)
        endIfQuiet()
    }

    /// Not where events are emitted: who hears of it may emit as well.
    private func tellSendFailures(isLast: Bool = false) {
        guard !sendFailures.isEmpty, let error = sendFailures.take(at: clock.now, isLast: isLast) else { return }
        group.report(error)
    }
}

// MARK: - Receiving

extension GroupLink: DatagramReceiver {
    func received(_ bytes: UnsafeRawBufferPointer, segmentByteCount: Int, from source: DatagramAddress) {
        let run = DatagramRun(bytes, segmentByteCount: segmentByteCount, to: .group)
        guard sources.isEmpty || sources.contains(where: { $0.isSameHost(as: source) }) else {
            foreignCount += run.count
            return
        }
        let moment = now
        for index in 0..<run.count {
            guard isOpen else { return }
            machineReceives(run[index], from: source, moment)
            takeEffects()
        }
        settle()
    }

    func socketHasRoom() {
        isBlocked = false
        setDirty()
    }

    func receiveFailed(_ error: HarkError) {
        receiveFailures.add(error, count: 1)
        if let error = receiveFailures.take(at: clock.now) { group.report(error) }
    }
}

// MARK: - Effects

extension GroupLink {
    private func takeEffects() {
        guard let first = nextEffect() else { return }
        let outer = Dispatch.group
        Dispatch.group = self
        var next: GroupEffect? = first
        while let effect = next {
            apply(effect)
            // A listener may have stopped the group.
            next = isOpen ? nextEffect() : nil
        }
        Dispatch.group = outer
        (name, sender) = (nil, nil)
        if ListenerVersion.shared.isInterrupted, !Dispatch.isRemote { ListenerQueue.shared.catchUp() }
    }

    private func apply(_ effect: GroupEffect) {
        switch effect {
        case .event(let event): deliver(event)
        case .joined(let member): group.fire(.memberJoined, MulticastGroup.Member(member))
        case .left(let member): group.fire(.memberLeft, MulticastGroup.Member(member))
        case .lost(let loss): group.didLose(loss)
        case .congestion(let congestion): group.fire(.congestion, MulticastGroup.Congestion(congestion))
        case .refused(let refusal): group.didRefuse(refusal)
        }
    }

    private func deliver(_ event: GroupEvent) {
        (name, sender) = (event.name, event.member)
        if isLogging { group.didReceive(currentName, from: event.member, in: sequence) }
        let resolution = names.resolve(event.name, among: listeners)
        if let listener = resolution.only {
            call(listener, event)
        } else {
            for listener in resolution.listeners { call(listener, event) }
        }
        if ListenerVersion.shared.isInterrupted { ListenerQueue.shared.catchUp() }
    }

    @inline(__always)
    private func call(_ listener: Listener, _ event: GroupEvent) {
        do { try listener.handler(event.arguments) } catch {
            group.report(HarkError(listener: error, event: currentName, peer: nil))
        }
    }

    /// The name of the event being dispatched.
    var currentName: String { name.map { String(decoding: $0, as: UTF8.self) } ?? "" }

    /// Who has sent it.
    var currentMember: MulticastGroup.Member? { sender.map { MulticastGroup.Member($0) } }
}
