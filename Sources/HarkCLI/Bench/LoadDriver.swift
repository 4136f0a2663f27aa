import Foundation
import Hark

/// Emits events for as long as a plan says, and measures those that are answered.
///
/// Without a rate the next event leaves when there is room for it: an answer has come, or the connection takes more.
/// With a rate events are due at regular moments, whatever has become of those before. One that has to wait is late
/// from the beginning: its time counts from when it was due, not from when it left.
@EventLoop
final class LoadDriver {
    /// Events after which the loop gets a turn.
    private static let eventsPerTurnMax = 256
    /// 1 MiB: as much as one turn emits in a flood.
    private static let byteCountPerTurnMax = 1 << 20
    /// Events of a flood from one stamp to the next; reading the clock takes as long as emitting.
    private static let eventsPerStamp = 64
    /// 5 s: answers that take longer than that after the end are given up.
    private static let patience: UInt64 = 5_000
    /// 300 µs, in ns: what is due sooner is waited for turn by turn, which takes a processor but is exact.
    private static let sleepMin = 300_000
    /// 100 µs, in ns: systems wake a thread so much later than asked for.
    private static let sleepDelay = 100_000
    /// 100 ms, in ns: who stops it does not wait longer than that.
    private static let sleepMax = 100_000_000

    /// What the driver does, one after the other.
    private enum Phase { case sending, waiting, ended }

    let plan: BenchPlan
    /// Waits until what was emitted has left.
    private let drained: @EventLoop () async throws -> Void
    /// Emits one event with this stamp.
    private let send: @EventLoop (Int) -> EmitResult

    private var phase = Phase.sending
    /// Events that wait for their answers.
    private var outstanding = 0
    private let outcome = Outcome()
    private lazy var timer = LoopTimer { [weak self] in self?.outcome.settle(nil) }

    // All moments are in nanoseconds.
    private(set) var began = 0
    private(set) var start = 0
    private var end = 0
    private var last = 0

    /// Events emitted after the warm-up.
    private(set) var sent = 0
    /// Answers to them.
    private(set) var received = 0
    /// Events that were due and never left.
    private(set) var missed = 0
    private(set) var latencies = Latencies()

    /// Emits so many events of a flood without a stamp, fewer when the connection takes no more.
    ///
    /// - Returns: how many, and whether the last of them waits.
    var sendUnstamped: @EventLoop (Int) -> (count: Int, isQueued: Bool) = { _ in (0, false) }

    /// One way there are no answers to tell what was sent after the warm-up; this is called when it is over.
    var onStart: @EventLoop () -> Void = {}
    private var hasStarted = false

    init(
        _ plan: BenchPlan, _ drained: @escaping @EventLoop () async throws -> Void,
        _ send: @escaping @EventLoop (Int) -> EmitResult
    ) {
        self.plan = plan
        self.drained = drained
        self.send = send
    }

    convenience init(_ plan: BenchPlan, _ client: Client, _ send: @escaping @EventLoop (Int) -> EmitResult) {
        self.init(plan, { try await client.drained() }, send)
    }

    /// Seconds measured so far.
    var elapsed: Double {
        guard began > 0 else { return 0 }
        return max(0, Double((phase == .ended ? max(last, end) : Nanoseconds.now) - start) / 1e9)
    }

    /// Seconds from the beginning to the end, the warm-up included, and those of them that are over.
    var progress: (over: Double, all: Double) {
        (Double(Nanoseconds.now - began) / 1e9, plan.warmUp + plan.duration)
    }

    /// Ends it early.
    func stop() {
        guard phase == .sending else { return }
        end = min(end, Nanoseconds.now)
        if plan.rate == nil, plan.mode.isAnswered { wait() }
    }

    /// Ends it, because there is no point in going on.
    func fail(_ failure: Failure) { outcome.settle(failure) }

    /// - Throws: `Failure` when the connection is lost or events are dropped.
    func run() async throws {
        began = Nanoseconds.now
        start = began + Int(plan.warmUp * 1e9)
        end = start + Int(plan.duration * 1e9)
        do {
            if plan.rate != nil {
                try await pace()
                wait()
            } else if plan.mode.isAnswered {
                timer = LoopTimer { [weak self] in self?.wait() }
                timer.schedule(at: Self.deadline(end))
                for _ in 0..<plan.window { emit(Nanoseconds.now) }
            } else {
                try await flood()
                wait()
            }
        } catch {
            // Unless the lost connection was told before.
            fail(Failure(.connection, "the connection was lost: \(error)"))
        }
        let failure = await outcome.value()
        timer.cancel()
        phase = .ended
        if let failure { throw failure }
    }

    /// Waits for the answers that are still under way.
    private func wait() {
        guard phase == .sending else { return }
        phase = .waiting
        guard outstanding > 0 else { return outcome.settle(nil) }
        timer.cancel()
        timer = LoopTimer { [weak self] in self?.outcome.settle(nil) }
        timer.schedule(at: TimerHeap.now + Self.patience)
    }

    // MARK: Events

    @discardableResult
    private func emit(_ stamp: Int) -> EmitResult {
        let result = send(stamp)
        if case .dropped(let reason) = result {
            fail(Failure(.failure, "an event was dropped: \(reason.sentence)"))
        }
        if plan.mode.isAnswered { outstanding += 1 }
        if plan.mode.isAnswered ? stamp >= start : hasStarted { sent += 1 }
        return result
    }

    /// An answer has come; one of several, perhaps.
    func answered(_ stamp: Int) {
        guard stamp >= start else { return }
        last = Nanoseconds.now
        received += 1
        latencies.record(last - stamp)
    }

    /// All answers to one event have come.
    func completed() {
        outstanding -= 1
        switch phase {
        case .sending: if plan.rate == nil { emit(Nanoseconds.now) }
        case .waiting: if outstanding == 0 { outcome.settle(nil) }
        case .ended: break
        }
    }

    // MARK: Sending

    private func isSending(_ now: Int) -> Bool {
        guard !outcome.isSettled, now < end else { return false }
        if !hasStarted, now >= start {
            hasStarted = true
            // Answers tell when their events were due, with a stamp from before or after; elsewhere it begins now.
            if !plan.mode.isAnswered { start = now }
            onStart()
        }
        return true
    }

    /// As many as the connection takes.
    private func flood() async throws {
        let bursts = max(1, Self.byteCountPerTurnMax / (plan.size + 16) / Self.eventsPerStamp)
        while isSending(Nanoseconds.now) {
            var isQueued = false
            for _ in 0..<bursts where !isQueued {
                isQueued = emit(Nanoseconds.now) == .queued
                guard !isQueued else { break }
                let burst = sendUnstamped(Self.eventsPerStamp - 1)
                if hasStarted { sent += burst.count }
                isQueued = burst.isQueued
            }
            if isQueued { try await drained() } else { await Task.yield() }
        }
    }

    /// Each at its time, or as soon after it as possible.
    private func pace() async throws {
        let interval = 1e9 / (plan.rate ?? 1)
        var count = 0
        var due = began
        var now = began
        while isSending(now) {
            var remaining = Self.eventsPerTurnMax
            var isQueued = false
            while due <= now, due < end, outstanding < plan.window, remaining > 0, !isQueued {
                isQueued = emit(due) == .queued
                remaining -= 1
                count += 1
                due = began + Int(Double(count) * interval)
            }
            if isQueued {
                try await drained()
            } else if outstanding < plan.window, min(due, end) - now > Self.sleepMin {
                await sleep(nanoseconds: min(min(due, end) - now, Self.sleepMax) - Self.sleepDelay)
            } else {
                await Task.yield()
            }
            now = Nanoseconds.now
        }
        missed = max(0, Int(Double(end - max(due, start)) / interval))
    }

    /// More exact than the loop's timers, which count milliseconds.
    private func sleep(nanoseconds: Int) async {
        await withCheckedContinuation { continuation in
            let timer = DispatchSource.makeTimerSource(flags: .strict)
            timer.schedule(deadline: .now() + .nanoseconds(nanoseconds), leeway: .nanoseconds(0))
            timer.setEventHandler {
                timer.cancel()
                continuation.resume()
            }
            timer.resume()
        }
    }

    /// In the milliseconds of timers.
    private static func deadline(_ moment: Int) -> UInt64 {
        TimerHeap.now + UInt64(max(0, moment - Nanoseconds.now) / 1_000_000)
    }
}
