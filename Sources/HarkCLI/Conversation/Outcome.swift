import Hark

/// How something ended, told once and awaited once.
@EventLoop
final class Outcome {
    private enum State {
        case open
        case awaited(CheckedContinuation<Failure?, Never>)
        case settled(Failure?)
    }
    private var state = State.open

    nonisolated init() {}

    var isSettled: Bool { if case .settled = state { true } else { false } }

    /// Settles it: with the reason, if it ended badly. The first time counts.
    func settle(_ failure: Failure?) {
        switch state {
        case .settled: return
        case .open: state = .settled(failure)
        case .awaited(let continuation):
            state = .settled(failure)
            continuation.resume(returning: failure)
        }
    }

    func value() async -> Failure? {
        if case .settled(let failure) = state { return failure }
        return await withCheckedContinuation { state = .awaited($0) }
    }
}
