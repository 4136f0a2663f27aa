import HarkUV

/// Waiting for the loop itself.
enum LoopTurns {
    /// Returns when the loop has polled its sockets at least `count` times.
    @EventLoop
    static func pass(_ count: Int = 2) async {
        for _ in 0..<count {
            // A timer that is due runs once a turn, and not in the turn it was scheduled in.
            await pause(milliseconds: 0)
        }
    }

    /// Returns when `milliseconds` have passed.
    @EventLoop
    static func pause(milliseconds: UInt64) async {
        let passed = Journal<Void>()
        let timer = LoopTimer { passed.add(()) }
        timer.schedule(at: milliseconds == 0 ? 0 : TimerHeap.now + milliseconds)
        await passed.next()
    }
}
