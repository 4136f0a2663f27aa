internal import HarkUV
public import HarkWire

/// Where an emitter's events go: one connection, or all connections of a server.
///
/// An event is written in three steps, so that its arguments are encoded straight into the memory it is sent from:
/// `begin` writes what comes before them, the caller writes them to `arguments`, `end` finishes the frame.
///
/// Plain state of the loop thread, without an actor: `emit` gets here after one comparison of thread ids and must not
/// pay for more. Who holds it elsewhere holds it in a `LoopBound`.
@usableFromInline
package class Outlet {
    @exclusivity(unchecked) @usableFromInline package final var arguments: ArgumentWriter

    /// What to write before the arguments of an event whose name is known, by the name's id: the number that stands for
    /// it, 0 when the long way must be gone. Empty while nothing leaves at once.
    @exclusivity(unchecked) @usableFromInline package final var shortcuts: ContiguousArray<UInt8> = []

    /// The longest body of a frame that the other side accepts, in bytes.
    @exclusivity(unchecked) @usableFromInline package final var bodyByteCountMax: UInt32 = 0

    /// Whether the link knows that there is data for this turn.
    @exclusivity(unchecked) @usableFromInline package final var isMarked = false

    /// Whether the event begun last may be dropped and is never resent.
    @exclusivity(unchecked) package final var isVolatile = false

    /// Whether what is emitted now leaves with this turn's write.
    @exclusivity(unchecked) package final var isWritable = false {
        didSet { if isWritable != oldValue { updateShortcuts() } }
    }

    /// Whether events for all peers have to be written here before others, which then go the long way.
    @exclusivity(unchecked) package final var isFollowing = false {
        didSet { if isFollowing != oldValue { updateShortcuts() } }
    }

    private func updateShortcuts() { shortcuts = isWritable && !isFollowing ? known : [] }

    /// Whether nothing is sent any more.
    @exclusivity(unchecked) package final private(set) var isClosed = false

    /// Whether more was queued than the high-water mark since the last drain.
    final var isCongested = false

    /// Whether nothing new is taken before the other side has caught up.
    @exclusivity(unchecked) final var isPaused = false

    /// Whether the listeners of a refused event are running.
    final var isTelling = false

    /// What becomes of events for which there is no room.
    @exclusivity(unchecked) final var overflow = OverflowPolicy.dropNewest

    /// What the dialect forbids.
    @exclusivity(unchecked) final var rules: OutletRules = []

    /// What `shortcuts` are while the connection is writable.
    @exclusivity(unchecked) private final var known: ContiguousArray<UInt8> = []

    /// From now on events of this name may go the short way.
    package final func allowShortcut(_ name: EventName, _ number: UInt32) {
        guard let byte = UInt8(exactly: number), byte < 0x80, shortcut(name.id) != byte else { return }
        while known.count <= name.id { known.append(0) }
        known[name.id] = byte
        updateShortcuts()
    }

    /// What events of a name begin with on the short way, whether that is open now or not; 0 when they have none.
    @inline(__always)
    final func shortcut(_ id: Int) -> UInt8 { id < known.count ? known[id] : 0 }

    /// How many events were dropped for one reason.
    private struct DropCount {
        var count = 0
        /// It was told, and is not told again for now.
        var isReported = false
    }

    private final var dropped: [DropReason: DropCount] = [:]

    /// Hears of the first event dropped for a reason, and takes what is for its own listeners.
    /// Whoever calls the outlet holds it.
    final unowned var emitter: Emitter?

    /// Bytes that wait to be sent.
    package var queuedByteCount: Int { arguments.bytes.byteCount }

    package init(_ pool: ChunkPool) { arguments = ArgumentWriter(pool: pool) }

    /// Counts a dropped event.
    @inline(never)
    package final func drop(_ reason: DropReason) -> EmitResult {
        drop(reason, count: 1)
        return .dropped(reason)
    }

    /// Counts dropped events.
    package final func drop(_ reason: DropReason, count: Int) {
        guard count > 0, isNew(reason, adding: count), let emitter else { return }
        EventLoop.enterVerified((emitter, reason)) { $0.dropped($1) }
    }

    /// Counts events that were queued and are dropped.
    final func dropQueued(_ reason: DropReason, count: Int) {
        guard isNew(reason, adding: count), let emitter else { return }
        // Not from within `emit` or a write, which are not through with the queue.
        EventLoop.task { emitter.dropped(reason) }
    }

    /// Counts a dropped event of which somebody else tells.
    final func count(_ reason: DropReason) { dropped[reason, default: DropCount()].count += 1 }

    /// - Returns: whether it shall be told.
    private final func isNew(_ reason: DropReason, adding count: Int) -> Bool {
        var drops = dropped[reason] ?? DropCount()
        defer { dropped[reason] = drops }
        drops.count += count
        if drops.isReported || rules.contains(.tellsNothing) { return false }
        drops.isReported = true
        return true
    }

    /// The congestion is over: the next event that is dropped for the lack of room is told again.
    final func rearmReports() {
        for reason in [DropReason.queueFull, .overflow, .superseded, .paused, .expired] {
            dropped[reason]?.isReported = false
        }
    }

    /// What has become of the events so far.
    package var statistics: Statistics {
        var statistics = Statistics()
        statistics.dropped = dropped.mapValues(\.count)
        statistics.emitted = statistics.dropped.values.reduce(0, +)
        return statistics
    }

    /// From now on everything is dropped.
    package func close() {
        isWritable = false
        isClosed = true
    }

    /// Starts an event. Returns nil when its arguments shall be written, otherwise what became of it.
    @usableFromInline
    package func begin(_ name: EventName, isVolatile: Bool) -> EmitResult? {
        name.utf8.withUnsafeBytes { begin($0, isVolatile: isVolatile) }
    }

    /// Starts an event whose name is given as UTF-8. Returns nil when its arguments shall be written.
    @usableFromInline
    package func begin(_ name: UnsafeRawBufferPointer, isVolatile: Bool) -> EmitResult? { .noListeners }

    /// Starts an event whose name is a string.
    @usableFromInline
    package final func begin(_ name: String, isVolatile: Bool) -> EmitResult? {
        var name = name
        return name.withUTF8 { begin(UnsafeRawBufferPointer($0), isVolatile: isVolatile) }
    }

    /// The name that has this number, from 1.
    func name(_ number: UInt64) -> String { "" }

    /// Whether there is nobody to send anything to, and never will be for what is emitted now.
    var isOffline: Bool { false }

    /// Ends the event begun last.
    @usableFromInline
    package func end() -> EmitResult { .noListeners }

    /// Ends the event begun last, which is not worth sending after `deadline`, in ms of the emitter's clock.
    package func end(expiringAt deadline: UInt64) -> EmitResult { end() }
}

// MARK: - The short way

/// The common event – native, name known, connection writable – is written without a call: these are inlined where it
/// is emitted.
extension Outlet {
    @inlinable @inline(__always)
    final func beginShortcut(_ name: EventName) -> Bool {
        let id = name.id
        guard id < shortcuts.count, shortcuts[id] != 0 else { return false }
        arguments.bytes.beginFrame(NativeEventHead.word, shortcuts[id])
        return true
    }

    @inlinable @inline(__always)
    final func endShortcut() -> EmitResult {
        let byteCount = arguments.bytes.frameByteCount - 4
        guard byteCount <= Int(bodyByteCountMax), arguments.isIntact, isMarked, !arguments.bytes.hasFullWrite else {
            return end()
        }
        arguments.bytes.patch(NativeEventHead.word | UInt32(truncatingIfNeeded: byteCount) &<< 8, at: 0)
        arguments.bytes.mark &+= 1
        return .written
    }
}

/// The first word of an event's frame, its length not filled in.
@usableFromInline
enum NativeEventHead {
    @usableFromInline static var word: UInt32 { @inlinable get { 5 } }
}

// MARK: - From other threads

extension Outlet {
    final func receive(record: UnsafeRawBufferPointer) {
        let event = PostedEvent(reading: record)
        guard event.audience == .remote else {
            if let emitter { EventLoop.enterVerified((emitter, event)) { $0.receive($1) } }
            return
        }
        let deadline = event.expiry.map { self.deadline(expiringAt: $0) }
        if deadline == 0 { return drop(.expired, count: 1) }
        let refusal =
            switch event.name {
            case .resolved(let name): begin(name, isVolatile: event.isVolatile)
            case .text(let text): begin(text, isVolatile: event.isVolatile)
            }
        guard refusal == nil else { return }
        arguments.bytes.append(event.arguments)
        if let deadline { _ = end(expiringAt: deadline) } else { _ = end() }
    }

    /// What the emitter's clock shows when other threads' clock shows `expiry`; 0 when that is over.
    final func deadline(expiringAt expiry: UInt64) -> UInt64 {
        let now = TimerHeap.now
        guard expiry > now, let emitter else { return 0 }
        return EventLoop.enterVerified(emitter) { $0.environment.clock.now } + (expiry - now)
    }
}
