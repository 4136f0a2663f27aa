internal import CLibUV

/// All timers of the loop in one binary heap, served by one libuv timer for the earliest.
@EventLoop
package final class TimerHeap {
    private let loop: UnsafeMutablePointer<uv_loop_t>
    private let handle: UnsafeMutablePointer<uv_timer_t>
    private var heap: [LoopTimer] = []
    /// The deadline that libuv knows; nil when its timer is stopped.
    private var armed: UInt64?

    init(loop: UnsafeMutablePointer<uv_loop_t>) {
        self.loop = loop
        handle = .allocate(capacity: 1)
        handle.pointee.data = nil
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
        // A millisecond more than the difference of two truncated times, so that it never fires early.
        uv_timer_start(
            handle,
            { handle in
                guard let handle else { return }
                EventLoop.enter(handle.pointee.loop) { UVLoop.of($0).timers.fire() }
            }, armed > now ? armed - now + 1 : 0, 0)
    }

    private func fire() {
        armed = nil
        let now = Self.now
        while let first = heap.first, first.deadline <= now {
            remove(first)
            first.action()
        }
    }

    // MARK: Heap

    func insert(_ timer: LoopTimer) {
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
        while index > 0, heap[index].deadline < heap[(index - 1) / 2].deadline {
            exchange(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private func moveDown(_ start: Int) {
        var index = start
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count {
                if heap[child].deadline < heap[least].deadline { least = child }
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
