internal import CLibUV

/// All timers of the loop in one binary heap, served by one alarm for the earliest.
@EventLoop
package final class TimerHeap {
    private let alarm: Alarm
    @exclusivity(unchecked) private var heap: [LoopTimer] = []
    /// The deadline that the alarm knows.
    @exclusivity(unchecked) private var armed: UInt64?
    /// Timers scheduled so far. Those with the same deadline run in the order of scheduling.
    private var scheduledCount: UInt64 = 0
    /// When the timers that run now are due; nil when none runs.
    private var firing: UInt64?

    init(loop: UnsafeMutablePointer<uv_loop_t>) {
        alarm = Alarm(loop: loop)
    }

    func deallocate() {
        for timer in heap { timer.index = nil }
        heap.removeAll()
        alarm.deallocate()
    }

    /// Milliseconds of a clock that only moves forward, not cached.
    package nonisolated static var now: UInt64 { uv_hrtime() / 1_000_000 }

    /// Sets the alarm to the earliest deadline. Called once per turn, however often timers moved in it.
    func arm() {
        guard armed != heap.first?.deadline else { return }
        armed = heap.first?.deadline
        alarm.set(armed)
    }

    func fire() {
        alarm.acknowledge()
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
