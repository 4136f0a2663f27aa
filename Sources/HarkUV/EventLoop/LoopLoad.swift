internal import CLibUV

/// How busy the loop is: which part of the time it does not wait for its sockets.
@EventLoop
package struct LoopLoad {
    private var begin: UInt64
    private var idle: UInt64

    /// Measures from now on. It costs a system call per turn of the loop, also when nobody asks any more: for those who
    /// look at a process from outside.
    package init() {
        // Cannot fail: this kind of loop knows the option.
        _ = hark_uv_measure_idle_time(EventLoop.current.pointer)
        begin = uv_hrtime()
        idle = uv_metrics_idle_time(EventLoop.current.pointer)
    }

    /// The part since the last question, from 0 to 1.
    package mutating func take() -> Double {
        let (now, idleNow) = (uv_hrtime(), uv_metrics_idle_time(EventLoop.current.pointer))
        defer { (begin, idle) = (now, idleNow) }
        guard now > begin else { return 0 }
        return max(0, 1 - Double(idleNow - idle) / Double(now - begin))
    }
}
