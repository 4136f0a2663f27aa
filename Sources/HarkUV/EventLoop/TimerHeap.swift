internal import CLibUV

/// All timers of the loop in one binary heap, served by one libuv timer for the earliest.
@EventLoop
package final class TimerHeap {
    private let loop: UnsafeMutablePointer<uv_loop_t>
    private let handle: UnsafeMutablePointer<uv_timer_t>
    private var heap: [LoopTimer] = []
    /// The deadline that libuv knows; nil when its timer is stopped.
    private var armed: UInt64?
    /// Timers scheduled so far. Those with the same deadline run in the order of scheduling.
    private var scheduledCount: UInt64 = 0
    /// When the timers that run now are due; nil when none runs.
    private var firing: UInt64?

    init(loop: UnsafeMutablePointer<uv_loop_t>) {
        self.loop = loop
        handle = .allocate(capacity: 1)
        // Without an owner object in `data`.
        handle.initialize(to: uv_timer_t())
        uv_timer_init(loop, handle)
    }

    func deallocate() {
        for timer in heap { timer.index = nil }
        heap.removeAll()
        handle.deallocate()
    }

    /// Milliseconds of a clock that only moves forward, not cached.
    package nonisolated static var now: UInt64 { uv_hrtime() / 1_000_000 }

    /// Tells libuv about the earliest deadline. Called once per turn, however often timers moved in it.
    func arm() {
        guard armed != heap.first?.deadline else { return }
        armed = heap.first?.deadline
        guard let armed else {
            uv_timer_stop(handle)
            return
        }
        // libuv counts from its cached time, which is old after a long job.
        uv_update_time(loop)
        let now = Self.now
        // A millisecond more than the difference: both times are truncated, and so was the caller's.
        uv_timer_start(
            handle,
            { handle in
                guard let handle else { return }
                EventLoop.enter(handle.pointee.loop) { UVLoop.of($0).timers.fire() }
            }, armed < now ? 0 : armed - now + 1, 0)
    }

    private func fire() {
        armed = nil
        let now = Self.now
        firing = now
        // A deadline was truncated when it was computed, so its millisecond has to be over.
        while let first = heap.first, first.deadline < now {
            remove(first)
            first.action()
        }
        firing = nil
    }

    // MARK: Heap

    func insert(_ timer: LoopTimer) {
        // What an action schedules waits for the next turn, or it could keep the loop for ever.
        if let firing { timer.deadline = max(timer.deadline, firing) }
        timer.order = scheduledCount
        scheduledCount += 1
        timer.index = heap.count
        heap.append(timer)
        moveUp(heap.count - 1)
    }

    func remove(_ timer: LoopTimer) {
        guard let index = timer.index else { return }
        timer.index = nil
        let last = heap.removeLast()
        guard last !== timer else { return }
        heap[index] = last
        last.index = index
        moveUp(index)
        moveDown(last.index ?? index)
    }

    private func moveUp(_ start: Int) {
        var index = start
        while index > 0, heap[index].isBefore(heap[(index - 1) / 2]) {
            exchange(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private func moveDown(_ start: Int) {
        var index = start
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count {
                if heap[child].isBefore(heap[least]) { least = child }
            }
            guard least != index else { return }
            exchange(index, least)
            index = least
        }
    }

    private func exchange(_ a: Int, _ b: Int) {
        heap.swapAt(a, b)
        heap[a].index = a
        heap[b].index = b
    }
}
