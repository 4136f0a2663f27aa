internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Where the events of a group go: to the machine of the current stay, or to a queue until there is one.
package final class GroupOutlet: Outlet {
    private enum State {
        case stopped
        /// The sockets are being made.
        case starting
        case started(LoopBound<GroupLink>)
    }

    /// An event that waits for the sockets.
    private struct Waiting {
        let name: [UInt8]
        let arguments: [UInt8]

        var byteCount: Int { Self.byteCount(name.count + arguments.count) }

        /// 64 bytes more than its content: so that events without arguments do not wait without a limit.
        static func byteCount(_ content: Int) -> Int { content + 64 }
    }

    private var state = State.stopped
    private var waiting: [Waiting] = []
    private var waitingByteCount = 0
    /// What may wait, in bytes.
    private let waitingByteCountMax: Int

    /// The name of the event begun last.
    @exclusivity(unchecked) private var resolved: EventName?
    @exclusivity(unchecked) private var text: [UInt8] = []

    /// Of the stays that are over.
    private var ended = GroupStatistics()

    init(_ pool: ChunkPool, _ limits: Limits) {
        waitingByteCountMax = limits.queueByteCount
        super.init(pool)
    }

    // MARK: Stays

    /// The sockets are being made: events wait.
    func begin() { state = .starting }

    /// Events leave. Those that have waited are the first.
    func begin(_ link: GroupLink) {
        let link = LoopBound(link)
        state = .started(link)
        let waiting = waiting
        self.waiting = []
        waitingByteCount = 0
        for event in waiting {
            let outcome = event.name.withUnsafeBytes { name in
                event.arguments.withUnsafeBytes { emit(name, $0, through: link) }
            }
            if case .dropped(let reason) = result(outcome) { drop(reason, count: 1) }
        }
    }

    /// Nothing leaves any more.
    ///
    /// - Parameter statistics: of the stay that is over.
    func end(_ statistics: GroupStatistics) {
        ended += statistics
        state = .stopped
        let count = waiting.count
        waiting = []
        waitingByteCount = 0
        drop(.stopped, count: count + statistics.unsentEventCount + statistics.queuedEventCount)
    }

    // MARK: Events

    package override func begin(_ name: EventName, isVolatile: Bool) -> EmitResult? {
        if let refusal { return refusal }
        resolved = name
        arguments.bytes.beginFrame()
        return nil
    }

    package override func begin(_ name: UnsafeRawBufferPointer, isVolatile: Bool) -> EmitResult? {
        if let refusal { return refusal }
        resolved = nil
        text.removeAll(keepingCapacity: true)
        text.append(contentsOf: name)
        arguments.bytes.beginFrame()
        return nil
    }

    private var refusal: EmitResult? {
        if isClosed { return drop(.closed) }
        if case .stopped = state { return drop(.stopped) }
        return nil
    }

    package override func end() -> EmitResult {
        let result = take()
        abandon()
        // Only now: who hears of it may emit as well, and would write behind this event.
        if case .dropped(let reason) = result { drop(reason, count: 1) }
        return result
    }

    private func take() -> EmitResult {
        guard arguments.takeFailure() == nil else { return .dropped(.notEncodable) }
        let encoded = arguments.bytes.frameBytes()
        let name = resolved?.utf8 ?? text
        return name.withUnsafeBytes { name in
            switch state {
            case .stopped: .dropped(.stopped)
            case .starting: keep(name, encoded)
            case .started(let link): emitted(emit(name, encoded, through: link), link)
            }
        }
    }

    /// What was written is in the machine, or nowhere. A chunk made for a long event is not kept.
    private func abandon() {
        arguments.bytes.abandonFrame()
        if let (chunk, _) = arguments.bytes.openChunk, chunk.capacity > ByteChunk.standardByteCount {
            arguments.bytes.discardOpen()
        }
    }

    private func keep(_ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer) -> EmitResult {
        let byteCount = Waiting.byteCount(name.count + arguments.count)
        guard waitingByteCount + byteCount <= waitingByteCountMax else { return .dropped(.queueFull) }
        waiting.append(Waiting(name: Array(name), arguments: Array(arguments)))
        waitingByteCount += byteCount
        return .queued
    }

    private func emit(
        _ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, through link: LoopBound<GroupLink>
    ) -> GroupSendOutcome {
        EventLoop.enterVerified(link, with: (name, arguments)) { $0.emit($1.0, $1.1) }
    }

    private func emitted(_ outcome: GroupSendOutcome, _ link: LoopBound<GroupLink>) -> EmitResult {
        let result = result(outcome)
        guard result == .written else { return result }
        return EventLoop.enterVerified(link, with: ()) { link, _ in link.isBlocked } ? .queued : .written
    }

    private func result(_ outcome: GroupSendOutcome) -> EmitResult {
        switch outcome {
        case .accepted: .written
        case .queueFull: .dropped(.queueFull)
        case .tooLarge: .dropped(.tooLarge)
        case .nameTooLong: .dropped(.nameTooLong)
        case .reservedName: .dropped(.reservedName)
        case .notEncodable: .dropped(.notEncodable)
        case .stopped: .dropped(.stopped)
        }
    }

    // MARK: The account

    package override var statistics: Statistics {
        var statistics = super.statistics
        var group = ended
        if case .started(let link) = state {
            group += EventLoop.enterVerified(link, with: ()) { link, _ in link.statistics }
        }
        statistics.written = group.sentEventCount
        statistics.inFlight = waiting.count
        if case .started = state { statistics.inFlight += group.queuedEventCount - ended.queuedEventCount }
        statistics.emitted += statistics.written + statistics.inFlight
        statistics.received = group.receivedEventCount
        return statistics
    }

    package override var queuedByteCount: Int {
        guard case .started(let link) = state else { return waitingByteCount }
        return EventLoop.enterVerified(link, with: ()) { link, _ in link.statistics.queuedByteCount }
    }
}
