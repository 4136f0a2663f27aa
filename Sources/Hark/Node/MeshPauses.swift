internal import HarkUV

/// Slows down neighbours whose events another one does not take as fast: who has to pass them on reads no more of them
/// for a while, so that they wait where they come from.
///
/// For a while only: nodes in a ring would wait for each other for ever, and one that takes nothing would stop all. A
/// neighbour that has not made room in time loses events, until it has.
@EventLoop
final class MeshPauses {
    /// 1 000 ms: a neighbour that is there takes much more than waits for it in that time.
    private static let pauseMax: UInt64 = 1_000

    private let clock: any EventClock
    private var paused: [NodeLink] = []
    /// Those who are waited for.
    private var awaited: [NodeLink] = []
    private lazy var timer = clock.timer { [unowned self] in giveUp() }

    init(_ clock: any EventClock) { self.clock = clock }

    /// Reads nothing of `source` until `target` has room.
    func pause(_ source: NodeLink, for target: NodeLink) {
        guard !target.isHopeless else { return }
        if !awaited.contains(where: { $0 === target }) { awaited.append(target) }
        guard !paused.contains(where: { $0 === source }) else { return }
        if paused.isEmpty { timer.schedule(at: clock.now + Self.pauseMax) }
        paused.append(source)
        source.stopReading()
    }

    /// A neighbour has room, or is gone.
    func ended(_ target: NodeLink) {
        target.isHopeless = false
        paused.removeAll { $0 === target }
        guard let index = awaited.firstIndex(where: { $0 === target }) else { return }
        awaited.remove(at: index)
        if awaited.isEmpty { resume() }
    }

    private func giveUp() {
        for target in awaited { target.isHopeless = true }
        awaited = []
        resume()
    }

    private func resume() {
        timer.cancel()
        let sources = paused
        paused = []
        for source in sources { source.startReading() }
    }

    func stop() { timer.cancel() }
}
