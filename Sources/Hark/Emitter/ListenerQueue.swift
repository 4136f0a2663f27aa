internal import HarkUV
internal import HarkWire

/// Takes events of this process to its listeners, one after the other. An event that is emitted while another one is
/// being dispatched, whether that came from outside or not, waits until all listeners of the other have returned: no
/// listener is ever called by another one's `emit`.
@EventLoop
final class ListenerQueue {
    static nonisolated let shared = ListenerQueue()

    /// 1 000 events at once; more are left to tasks. Listeners that go on emitting to each other would otherwise stop
    /// everything else.
    private static let eventCountMax = 1_000

    /// 16 events in a task: the loop runs 256 tasks before it looks at the sockets, so these wait about a millisecond.
    private static let eventCountPerTaskMax = 16

    private struct Entry {
        let name: String
        let arguments: [UInt8]
        let emitter: Emitter
        /// How many events, each emitted by a listener of the one before, led to this one.
        let depth: Int

        /// 96 bytes and the arguments: what it takes, so that events without arguments do not wait without a limit.
        static func byteCount(_ argumentByteCount: Int) -> Int { 96 + argumentByteCount }
    }

    private var entries: [Entry] = []
    private var head = 0
    private var byteCount = 0
    private var isRunning = false
    private var isContinued = false
    /// The depth of the event whose listeners run.
    private var depth = 0
    private var storm = LocalStormWatch()
    /// While a storm is slowed down: until when, and whose it is.
    private var pause: (timer: any EventTimer, emitter: Emitter)?

    private nonisolated init() {}

    private var isEmpty: Bool { head == entries.count }

    /// Calls the emitter's own listeners of `name`: now, or behind what is being dispatched.
    func deliver(_ name: String, _ arguments: UnsafeRawBufferPointer, to emitter: Emitter) -> EmitResult {
        guard !emitter.listeners.listeners(hearing: name).isEmpty else { return .noListeners }
        if !isRunning, isEmpty, !Dispatch.isRemote {
            dispatch(name, arguments, emitter, depth: 0)
            catchUp()
            return .written
        }
        let entryByteCount = Entry.byteCount(arguments.count)
        guard byteCount + entryByteCount <= Mailbox.byteCountMax else {
            return emitter.outlet.onLoop { $0.drop(.queueFull) }
        }
        let depth = isRunning ? depth + 1 : 0
        if isRunning, let heard = Dispatch.localName { storm.answered(name, to: heard, depth: depth, emitter) }
        entries.append(Entry(name: name, arguments: Array(arguments), emitter: emitter, depth: depth))
        byteCount += entryByteCount
        if !isRunning, Dispatch.isRemote { ListenerVersion.shared.interrupt() }
        return .queued
    }

    /// Delivers what waits. Called between two dispatches.
    func catchUp(countMax: Int = eventCountMax) {
        guard !isRunning else { return }
        ListenerVersion.shared.resume()
        guard pause == nil else { return }
        var count = 0
        while !isEmpty, count < countMax {
            let entry = takeFirst()
            entry.arguments.withUnsafeBytes { dispatch(entry.name, $0, entry.emitter, depth: entry.depth) }
            count += 1
        }
        let slowed = storm.batchEnds()
        guard !isEmpty else { return }
        if let slowed { return wait(slowed.pause, for: slowed.emitter) }
        guard !isContinued else { return }
        isContinued = true
        EventLoop.task {
            self.isContinued = false
            self.catchUp(countMax: Self.eventCountPerTaskMax)
        }
    }

    // MARK: Storms

    private func wait(_ milliseconds: UInt64, for emitter: Emitter) {
        guard pause == nil else { return }
        let clock = emitter.environment.clock
        let timer = clock.timer { self.goOn() }
        pause = (timer, emitter)
        timer.schedule(at: clock.now + milliseconds)
    }

    private func goOn() {
        pause = nil
        catchUp(countMax: Self.eventCountPerTaskMax)
    }

    /// The emitter's listeners are gone, and its storm with them.
    func didClose(_ emitter: Emitter) {
        guard let pause, pause.emitter === emitter else { return }
        pause.timer.cancel()
        self.pause = nil
        EventLoop.task { self.catchUp(countMax: Self.eventCountPerTaskMax) }
    }

    private func dispatch(
        _ name: String, _ arguments: UnsafeRawBufferPointer, _ emitter: Emitter, depth: Int
    ) {
        self.depth = depth
        let outer = (link: Dispatch.link, group: Dispatch.group, node: Dispatch.node)
        Dispatch.link = nil
        Dispatch.group = nil
        Dispatch.node = nil
        Dispatch.localName = name
        isRunning = true
        for listener in emitter.listeners.listeners(hearing: name) {
            do {
                try listener.handler(arguments)
            } catch {
                emitter.report(HarkError(listener: error, event: name, peer: nil))
            }
        }
        isRunning = false
        Dispatch.localName = nil
        Dispatch.link = outer.link
        Dispatch.group = outer.group
        Dispatch.node = outer.node
    }

    private func takeFirst() -> Entry {
        let entry = entries[head]
        head += 1
        byteCount -= Entry.byteCount(entry.arguments.count)
        if isEmpty {
            entries.removeAll(keepingCapacity: entries.count <= Self.eventCountMax)
            head = 0
        } else if head >= Self.eventCountMax, head * 2 >= entries.count {
            entries.removeFirst(head)
            head = 0
        }
        return entry
    }
}
