import Foundation
import Hark

/// Tells once a second on standard error how something goes: a line that is replaced on a terminal, or JSON objects.
@EventLoop
final class Progress {
    private let style: ProgressStyle
    private let state: @EventLoop () -> ProgressState?
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var ticker: Ticker?
    private var isShown = false

    /// - Parameters:
    ///   - mixesWithOutput: there are lines on standard output meanwhile, which a bar would garble on a terminal.
    ///   - state: asked once a second; nil when there is nothing to tell.
    init(_ style: ProgressStyle, mixesWithOutput: Bool = false, _ state: @escaping @EventLoop () -> ProgressState?) {
        let isGarbled = mixesWithOutput && isatty(STDOUT_FILENO) == 1
        self.style = style == .auto && (isatty(STDERR_FILENO) == 0 || isGarbled) ? .none : style
        self.state = state
    }

    func start() {
        guard style != .none, ticker == nil else { return }
        ticker = Ticker(every: 1_000) { [weak self] in self?.tick() }
    }

    /// Removes the bar.
    func stop() {
        ticker?.stop()
        ticker = nil
        clear()
    }

    /// Makes room for a line; the bar is back within a second.
    func clear() {
        guard isShown else { return }
        isShown = false
        StandardError.write(text: "\r\u{1B}[K")
    }

    private func tick() {
        guard let state = state() else { return }
        if style == .json { return StandardError.write("\(state.json)") }
        isShown = true
        StandardError.write(text: "\r\(state.bar)\u{1B}[K")
    }
}
