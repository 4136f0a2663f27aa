internal import CLibUV

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// One deadline that wakes the loop.
///
/// On Linux it is a timer of the kernel's, set when the deadline changes. A libuv timer would limit each wait of the
/// loop instead, and starting and stopping the kernel's clock for every wait costs a round trip about a tenth.
@EventLoop
final class Alarm {
    #if os(Linux)
        private let descriptor: Int32
        private let handle: UnsafeMutablePointer<uv_poll_t>
    #else
        private let handle: UnsafeMutablePointer<uv_timer_t>
        private let loop: UnsafeMutablePointer<uv_loop_t>
    #endif

    init(loop: UnsafeMutablePointer<uv_loop_t>) {
        handle = .allocate(capacity: 1)
        #if os(Linux)
            descriptor = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_NONBLOCK | TFD_CLOEXEC))
            precondition(descriptor >= 0, "cannot make the event loop's timer: \(UVError(-errno))")
            // Without an owner object in `data`.
            handle.initialize(to: uv_poll_t())
            uv_poll_init(loop, handle, descriptor)
            uv_poll_start(handle, Int32(UV_READABLE.rawValue)) { @Sendable handle, _, _ in
                guard let handle else { return }
                UVHandle.enter(handle.pointee.loop.pointee.data, of: UVLoop.self) { $0.timers.fire() }
            }
        #else
            self.loop = loop
            handle.initialize(to: uv_timer_t())
            uv_timer_init(loop, handle)
        #endif
    }

    /// Wakes the loop once the millisecond `deadline` of `TimerHeap.now` is over; never when it is nil.
    func set(_ deadline: UInt64?) {
        #if os(Linux)
            var time = itimerspec()
            if let deadline {
                // The millisecond has to be over; and all zero would mean never.
                let end = deadline + 1
                time.it_value.tv_sec = Int(end / 1_000)
                time.it_value.tv_nsec = Int(end % 1_000) * 1_000_000
            }
            timerfd_settime(descriptor, Int32(TFD_TIMER_ABSTIME), &time, nil)
        #else
            guard let deadline else {
                uv_timer_stop(handle)
                return
            }
            // libuv counts from its cached time, which is old after a long job.
            uv_update_time(loop)
            let now = TimerHeap.now
            // A millisecond more than the difference: both times are truncated, and so was the caller's.
            let delay = deadline < now ? 0 : deadline - now + 1
            uv_timer_start(
                handle,
                { @Sendable handle in
                    guard let handle else { return }
                    UVHandle.enter(handle.pointee.loop.pointee.data, of: UVLoop.self) { $0.timers.fire() }
                }, delay, 0)
        #endif
    }

    /// The deadline has come: makes the alarm quiet again.
    func acknowledge() {
        #if os(Linux)
            var expirations: UInt64 = 0
            read(descriptor, &expirations, MemoryLayout<UInt64>.size)
        #endif
    }

    /// Frees everything. libuv has closed the handle.
    func deallocate() {
        #if os(Linux)
            close(descriptor)
        #endif
        handle.deallocate()
    }
}
