#if !DEBUG
    import Hark
    import Testing

    /// Keeps so many events under way, without a task per batch.
    @EventLoop
    final class Flood {
        /// 1 000 under way: what fits the sockets' buffers, so that the steady state is measured.
        static nonisolated let windowCountDefault = 1_000

        private let windowCount: Int
        private let emit: @EventLoop () -> EmitResult
        private var remaining = 0
        private var underWay = 0
        private var done: CheckedContinuation<Void, Never>?

        init(_ windowCount: Int = Flood.windowCountDefault, _ emit: @escaping @EventLoop () -> EmitResult) {
            self.windowCount = windowCount
            self.emit = emit
        }

        func send(_ count: Int) async {
            remaining = count
            await withCheckedContinuation { continuation in
                done = continuation
                proceed()
            }
        }

        func heard() {
            underWay -= 1
            guard underWay == 0 else { return }
            guard remaining == 0 else { return proceed() }
            done?.resume()
            done = nil
        }

        private func proceed() {
            let count = min(remaining, windowCount)
            remaining -= count
            underWay += count
            for _ in 0..<count where emit() == .dropped(.queueFull) { Issue.record("an event was dropped") }
        }
    }
#endif
