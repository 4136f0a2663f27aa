import HarkUV
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct LoopLoadTests {
    /// Waits as a loop does that has nothing to do.
    private func rest(_ milliseconds: UInt64) async {
        var timer: LoopTimer?
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            timer = LoopTimer { continuation.resume() }
            timer?.schedule(at: TimerHeap.now + milliseconds)
        }
        timer?.cancel()
    }

    @Test func `a loop that waits is idle, and one that works is busy`() async {
        var load = LoopLoad()
        await rest(10)
        _ = load.take()
        await rest(200)
        let resting = load.take()
        #expect(resting >= 0 && resting < 0.9)
        let end = TimerHeap.now + 100
        while TimerHeap.now < end {}
        let working = load.take()
        #expect(working > 0.9 && working <= 1)
        #expect(working > resting)
    }
}
