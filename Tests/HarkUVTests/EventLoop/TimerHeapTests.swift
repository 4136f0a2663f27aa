import HarkUV
import Testing

@Suite(.timeLimit(.minutes(1)))
@EventLoop
struct TimerHeapTests {
    @Test func `a timer is never early`() async {
        for delay: UInt64 in 1...10 {
            let rung = Journal<UInt64>()
            // By a finer clock than the timers use: a truncated start must not make the end early.
            let start = ContinuousClock.now
            let timer = LoopTimer { rung.add(TimerHeap.now) }
            let deadline = TimerHeap.now + delay
            timer.schedule(at: deadline)
            #expect(await rung.next() >= deadline)
            #expect(ContinuousClock.now - start >= .milliseconds(Int64(delay)))
        }
    }

    @Test func `timers are not early on a loop that was blocked`() async {
        let rung = Journal<Void>()
        await LoopTurns.pass()
        // libuv's own time stands still meanwhile.
        let blockedUntil = TimerHeap.now + 20
        while TimerHeap.now < blockedUntil {}
        let deadline = TimerHeap.now + 10
        let timer = LoopTimer { rung.add(()) }
        timer.schedule(at: deadline)
        await rung.next()
        #expect(TimerHeap.now > deadline)
    }

    @Test func `timers run by deadline, those of one deadline by the order of scheduling`() async {
        var generator = SplitMix(state: 1)
        let rung = Journal<Int>()
        let start = TimerHeap.now + 2
        let deadlines = (0..<2000).map { _ in start + UInt64.random(in: 0..<20, using: &generator) }
        let timers = deadlines.indices.map { number in LoopTimer { rung.add(number) } }
        for (timer, deadline) in zip(timers, deadlines) { timer.schedule(at: deadline) }
        let order = await rung.first(timers.count)
        #expect(order == deadlines.indices.sorted { (deadlines[$0], $0) < (deadlines[$1], $1) })
    }

    @Test func `cancelled timers do not run, whichever and in whatever order`() async {
        var generator = SplitMix(state: 2)
        let rung = Journal<Int>()
        let start = TimerHeap.now + 2
        let timers = (0..<1000).map { number in LoopTimer { rung.add(number) } }
        for timer in timers { timer.schedule(at: start + UInt64.random(in: 0..<20, using: &generator)) }
        let cancelled = Set(timers.indices.shuffled(using: &generator).prefix(500))
        for number in cancelled { timers[number].cancel() }
        #expect(Set(await rung.first(500)) == Set(timers.indices).subtracting(cancelled))
        await LoopTurns.pause(milliseconds: 25)
        #expect(rung.entries.count == 500)
    }

    @Test func `scheduling again moves the deadline`() async {
        let rung = Journal<String>()
        let moved = LoopTimer { rung.add("moved") }
        let other = LoopTimer { rung.add("other") }
        let now = TimerHeap.now
        moved.schedule(at: now + 1_000_000)
        moved.schedule(at: now + 2)
        moved.schedule(at: now + 12)
        other.schedule(at: now + 6)
        #expect(await rung.first(2) == ["other", "moved"])
        await LoopTurns.pass()
        #expect(rung.entries.count == 2)
    }

    @Test func `an action may schedule its own timer again`() async {
        let rung = Journal<UInt64>()
        var timer: LoopTimer?
        timer = LoopTimer {
            rung.add(TimerHeap.now)
            if rung.entries.count < 3 { timer?.schedule(at: TimerHeap.now + 2) }
        }
        timer?.schedule(at: TimerHeap.now + 2)
        let times = await rung.first(3)
        #expect(times[1] - times[0] > 2 && times[2] - times[1] > 2)
        #expect(timer?.isScheduled == false)
        timer = nil
    }

    @Test func `an action that schedules for the past does not starve the loop`() async {
        let rung = Journal<String>()
        let over = Journal<Void>()
        var greedy: LoopTimer?
        greedy = LoopTimer { if over.entries.isEmpty { greedy?.schedule(at: 0) } }
        let other = LoopTimer { rung.add("other") }
        greedy?.schedule(at: 0)
        other.schedule(at: TimerHeap.now + 3)
        #expect(await rung.next() == "other")
        over.add(())
        await LoopTurns.pass()
        greedy = nil
    }

    @Test func `an action may cancel another timer that is due`() async {
        let rung = Journal<String>()
        let now = TimerHeap.now
        let second = LoopTimer { rung.add("second") }
        let first = LoopTimer {
            rung.add("first")
            second.cancel()
        }
        first.schedule(at: now)
        second.schedule(at: now)
        _ = await rung.next()
        await LoopTurns.pass()
        #expect(rung.entries == ["first"])
    }

    @Test func `a timer is kept while it is scheduled and freed afterwards`() async {
        let rung = Journal<Void>()
        weak var weakTimer: LoopTimer?
        do {
            let timer = LoopTimer { rung.add(()) }
            timer.schedule(at: TimerHeap.now + 2)
            weakTimer = timer
        }
        #expect(weakTimer != nil)
        await rung.next()
        await LoopTurns.pass()
        #expect(weakTimer == nil)
    }

    @Test func `timers of a loop that has ended are dropped and can be scheduled again`() async {
        await #expect(processExitsWith: .success) {
            final class Kept: Sendable {
                @EventLoop var timer: LoopTimer?
            }
            let kept = Kept()
            let rings = Tally()
            try EventLoop.run {
                let timer = LoopTimer { rings.add() }
                timer.schedule(at: TimerHeap.now + 1_000_000)
                kept.timer = timer
            }
            try EventLoop.run {
                #expect(kept.timer?.isScheduled == false)
                kept.timer?.cancel()
                kept.timer?.schedule(at: TimerHeap.now + 1)
                await LoopTurns.pause(milliseconds: 5)
            }
            #expect(rings.count == 1)
        }
    }
}
