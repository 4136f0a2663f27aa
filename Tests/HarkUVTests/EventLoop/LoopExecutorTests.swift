import Foundation
import HarkUV
import Testing

@Suite(.timeLimit(.minutes(2)))
struct LoopExecutorTests {
    @EventLoop private static var counter = 0

    @EventLoop private static func count() -> Int {
        counter += 1
        return counter
    }

    @Test func `jobs from many tasks run one at a time on one thread`() async {
        let before = await Self.count()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<500 { _ = await Self.count() } }
            }
        }
        #expect(await Self.count() == before + 8 * 500 + 1)
    }

    @Test func `the runtime knows the loop's isolation`() async {
        await Self.checkIsolation()
        #expect(!EventLoop.isCurrent)
    }

    @EventLoop private static func checkIsolation() {
        EventLoop.preconditionIsolated()
        EventLoop.shared.assertIsolated()
        #expect(EventLoop.isCurrent)
    }

    @Test func `isolation is not entered from another thread`() async {
        await #expect(processExitsWith: .failure) {
            EventLoop.enter(1) { _ in }
        }
    }

    @Test func `tasks survive loops that are started and stopped beside them`() async {
        await #expect(processExitsWith: .success) {
            let done = Tally()
            for _ in 0..<4 {
                Task.detached {
                    for _ in 0..<300 { _ = await Self.count() }
                    done.add()
                }
            }
            for _ in 0..<300 {
                try EventLoop.run {
                    await Task.yield()
                    if Self.counter % 3 == 0 { EventLoop.stop() }
                }
            }
            done.wait(for: 4)
            #expect(await Self.count() == 1201)
        }
    }

    @Test func `a loop starts and ends while other threads post all the time`() async {
        await #expect(processExitsWith: .success) {
            let done = Tally()
            for _ in 0..<2 {
                Thread {
                    for _ in 0..<5000 { Task { _ = await Self.count() } }
                    done.add()
                }.start()
            }
            for _ in 0..<500 { try EventLoop.run {} }
            done.wait(for: 2)
        }
    }

    @Test func `tasks that wake each other do not starve the loop`() async {
        let isOver = Tally()
        let busy = Task { @EventLoop in while isOver.count == 0 { await Task.yield() } }
        await LoopTurns.pause(milliseconds: 5)
        isOver.add()
        await busy.value
    }

    @Test func `a task whose jobs are long does not keep the loop from its sockets`() async {
        let isOver = Tally()
        let jobs = Tally()
        let busy = EventLoop.task {
            while isOver.count == 0 {
                jobs.add()
                let end = ContinuousClock.now + .milliseconds(1)
                while ContinuousClock.now < end {}
                await Task.yield()
            }
        }
        await LoopTurns.pass(4)
        isOver.add()
        await busy.value
        // Four times the loop has polled. Without a limit of time, hundreds of jobs go in between.
        #expect(jobs.count < 40, "\(jobs.count) jobs")
    }
}
