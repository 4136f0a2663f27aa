import HarkUV
import Testing

@Suite(.timeLimit(.minutes(1)))
@EventLoop
struct LoopTaskExecutorTests {
    private nonisolated static func isOnLoop() async -> Bool { EventLoop.isCurrent }

    private static func begin(_ body: @EventLoop () -> Void) async {
        await withCheckedContinuation { continuation in
            body()
            continuation.resume()
        }
    }

    @Test func `a task that prefers the loop stays there, in what is isolated to nothing and after waiting`() async {
        let places = Journal<Bool>()
        EventLoop.task {
            for _ in 0..<3 {
                places.add(await Self.isOnLoop())
                await LoopTurns.pass(1)
            }
        }
        #expect(await places.first(3) == [true, true, true])
    }

    @Test(arguments: [false, true])
    func `nothing runs between the call of an asynchronous function and its beginning`(prefersLoop: Bool) async {
        let order = Journal<String>()
        let body: @EventLoop @Sendable () async -> Void = {
            for _ in 0..<2 {
                Task { @EventLoop in order.add("next") }
                await Self.begin { order.add("begun") }
                await LoopTurns.pass(1)
            }
        }
        if prefersLoop { EventLoop.task(body) } else { Task(operation: body) }
        #expect(await order.first(4) == ["begun", "next", "begun", "next"])
    }
}
