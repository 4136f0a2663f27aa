import Foundation
import HarkUV
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SignalWatchTests {
    @Test func `each watcher hears of a signal until it is closed`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                let heard = Journal<Int>()
                let first = try SignalWatch(SIGUSR1) { heard.add(1) }
                let second = try SignalWatch(SIGUSR1) { heard.add(2) }
                kill(getpid(), SIGUSR1)
                #expect(Set(await heard.first(2)) == [1, 2])
                first.close()
                first.close()
                kill(getpid(), SIGUSR1)
                #expect(await heard.next() == 2)
                second.close()
                await LoopTurns.pass(5)
                #expect(heard.entries.count == 3)
            }
        }
    }

    @Test func `a watched signal does not end the process, and ends it again once unwatched`() async {
        await #expect(processExitsWith: .signal(SIGTERM)) {
            try EventLoop.run {
                let heard = Journal<Void>()
                let watch = try SignalWatch(SIGTERM) { heard.add(()) }
                kill(getpid(), SIGTERM)
                await heard.next()
                watch.close()
                await LoopTurns.pass()
                kill(getpid(), SIGTERM)
                await LoopTurns.pause(milliseconds: 60_000)
            }
        }
    }

    @Test func `a watcher may close itself`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                let heard = Journal<Void>()
                let watches = Journal<SignalWatch>()
                watches.add(
                    try SignalWatch(SIGUSR1) {
                        watches.entries.first?.close()
                        heard.add(())
                    })
                kill(getpid(), SIGUSR1)
                await heard.next()
                await LoopTurns.pass()
                #expect(watches.entries.first?.isOpen == false)
            }
        }
    }

    @Test(arguments: [0, -1, 9, 100_000]) @EventLoop
    func `what cannot be watched is an error`(number: Int32) async {
        #expect(throws: UVError.invalid) { try SignalWatch(number) {} }
        await LoopTurns.pass()
    }
}
