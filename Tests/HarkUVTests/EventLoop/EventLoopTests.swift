import Foundation
import HarkUV
import Testing

/// What `run` and `stop` promise. The loop belongs to the process, so each test has a process of its own.
@Suite(.timeLimit(.minutes(2)))
struct EventLoopTests {
    struct Failure: Error {}

    @Test func `run makes the calling thread the loop`() async {
        await #expect(processExitsWith: .success) {
            let caller = LoopThread.current
            try EventLoop.run {
                #expect(LoopThread.current == caller)
                #expect(EventLoop.isCurrent)
            }
            #expect(!EventLoop.isCurrent)
        }
    }

    @Test func `run waits for the body, wherever it suspends`() async {
        await #expect(processExitsWith: .success) {
            let steps = Tally()
            try EventLoop.run {
                await Task.detached { steps.add() }.value
                await LoopTurns.pause(milliseconds: 5)
                steps.add()
            }
            #expect(steps.count == 2)
        }
    }

    @Test func `run rethrows what the body throws, and can be called again`() async {
        await #expect(processExitsWith: .success) {
            #expect(throws: Failure.self) { try EventLoop.run { throw Failure() } }
            let caller = LoopThread.current
            try EventLoop.run { #expect(LoopThread.current == caller) }
        }
    }

    @Test func `a body that throws ends its run at once, whatever is still open`() async {
        await #expect(processExitsWith: .success) {
            #expect(throws: Failure.self) {
                try EventLoop.run {
                    EventLoop.retain(EventLoop.shared)
                    throw Failure()
                }
            }
            let caller = LoopThread.current
            try EventLoop.run { #expect(LoopThread.current == caller) }
        }
    }

    @Test func `run on the loop throws`() async throws {
        await #expect(throws: EventLoopError.calledOnLoop) {
            try await Self.runOnLoop()
        }
    }

    @EventLoop private static func runOnLoop() throws { try EventLoop.run {} }

    @Test func `run waits for a loop that has started already`() async {
        await #expect(processExitsWith: .success) {
            let caller = LoopThread.current
            let loop = await Self.loopThread()
            try EventLoop.run { #expect(LoopThread.current == loop) }
            #expect(loop != caller)
            #expect(throws: Failure.self) { try EventLoop.run { throw Failure() } }
        }
    }

    @EventLoop private static func loopThread() -> UInt { LoopThread.current }

    @Test func `run lasts until the last reference is gone`() async {
        await #expect(processExitsWith: .success) {
            let isGone = Tally()
            try EventLoop.run {
                EventLoop.retain(EventLoop.shared)
                let timer = LoopTimer {
                    isGone.add()
                    EventLoop.release(EventLoop.shared)
                }
                timer.schedule(at: TimerHeap.now + 20)
            }
            #expect(isGone.count == 1)
        }
    }

    @Test func `a reference that is replaced in the same turn keeps the run`() async {
        await #expect(processExitsWith: .success) {
            let isReached = Tally()
            try EventLoop.run {
                EventLoop.retain(EventLoop.shared)
                let last = LoopTimer {
                    isReached.add()
                    EventLoop.release(EventLoop.shared)
                }
                let first = LoopTimer {
                    EventLoop.release(EventLoop.shared)
                    EventLoop.retain(EventLoop.shared)
                    last.schedule(at: TimerHeap.now + 5)
                }
                first.schedule(at: TimerHeap.now + 5)
            }
            #expect(isReached.count == 1)
        }
    }

    @Test func `stop ends all runs from any thread, whatever is open`() async {
        await #expect(processExitsWith: .success) {
            let started = Tally()
            let ended = Tally()
            for _ in 0..<3 {
                Thread {
                    try? EventLoop.run {
                        EventLoop.retain(EventLoop.shared)
                        started.add()
                    }
                    ended.add()
                }.start()
            }
            started.wait(for: 3)
            EventLoop.stop()
            ended.wait(for: 3)
        }
    }

    @Test func `stop from the body ends the run`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                EventLoop.retain(EventLoop.shared)
                EventLoop.stop()
            }
        }
    }

    @Test func `stop without a run changes nothing`() async {
        await #expect(processExitsWith: .success) {
            EventLoop.stop()
            let isRun = Tally()
            try EventLoop.run { isRun.add() }
            EventLoop.stop()
            #expect(isRun.count == 1)
        }
    }

    @Test func `stop at any moment of a starting run ends it`() async {
        await #expect(processExitsWith: .success) {
            for round in 0..<200 {
                let stopper = Thread {
                    for _ in 0..<round { _ = getpid() }
                    EventLoop.stop()
                }
                stopper.start()
                try EventLoop.run {
                    // Without `stop` this would be for ever.
                    EventLoop.retain(EventLoop.shared)
                    await Task.detached { EventLoop.stop() }.value
                }
            }
        }
    }

    @Test func `the run that is the loop stays for the others`() async {
        await #expect(processExitsWith: .success) {
            let isSecondDone = Tally()
            let started = Tally()
            let ended = Tally()
            try EventLoop.run {
                Thread {
                    try? EventLoop.run {
                        started.add()
                        // Needs the loop after the other body has ended.
                        for _ in 0..<5 { await LoopTurns.pause(milliseconds: 5) }
                        isSecondDone.add()
                    }
                    ended.add()
                }.start()
                await Task.detached { started.wait() }.value
            }
            #expect(isSecondDone.count == 1)
            ended.wait()
        }
    }

    @Test func `a run ends while another goes on`() async {
        await #expect(processExitsWith: .success) {
            let ended = Tally()
            try EventLoop.run {
                Thread {
                    try? EventLoop.run {}
                    ended.add()
                }.start()
                await Task.detached { ended.wait() }.value
            }
        }
    }

    @Test func `many runs at once all return`() async {
        await #expect(processExitsWith: .success) {
            let ended = Tally()
            for _ in 0..<20 {
                Thread {
                    for _ in 0..<20 { try? EventLoop.run { await Task.yield() } }
                    ended.add()
                }.start()
            }
            ended.wait(for: 20)
        }
    }

    @Test func `work between runs is done by a thread of the loop's own`() async {
        await #expect(processExitsWith: .success) {
            let caller = LoopThread.current
            try EventLoop.run {}
            #expect(await Self.loopThread() != caller)
            try EventLoop.run { #expect(LoopThread.current != caller) }
        }
    }

    @Test func `a task that a run leaves behind goes on`() async {
        await #expect(processExitsWith: .success) {
            let (release, releaser) = AsyncStream<Void>.makeStream()
            let done = Tally()
            try EventLoop.run {
                Task { @EventLoop in
                    for await _ in release {}
                    done.add()
                }
            }
            releaser.finish()
            done.wait()
        }
    }
}
