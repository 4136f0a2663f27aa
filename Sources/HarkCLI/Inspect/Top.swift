import Foundation
import Hark

/// Shows how a process does: once, or again and again.
@EventLoop
final class Top {
    /// 1 s: what people can read.
    private static let interval = 1_000

    private let endpoint: Endpoint
    private let console: ConsoleConnection
    private let outcome = Outcome()
    private var before: (snapshot: TopSnapshot, at: Int)?
    private var isAsking = false

    init(_ endpoint: Endpoint, patience: Duration) {
        self.endpoint = endpoint
        console = ConsoleConnection(endpoint, patience: patience)
    }

    /// Asks and prints, once.
    ///
    /// - Throws: `Failure` when there is no answer.
    func printOnce(_ format: Output.Format) async throws {
        try await console.connect()
        defer { console.close() }
        let snapshot = try await TopSnapshot(of: console)
        switch format {
        case .json: write(["\(snapshot.value)"])
        case .readable: write(TopTable("\(endpoint)", snapshot, before: nil, .standardOutput).lines)
        }
    }

    /// Draws on a terminal until it is interrupted.
    ///
    /// - Throws: `Failure`, unless it ended well.
    func run() async throws {
        try await console.connect()
        defer { console.close() }
        let interrupt = try SignalWatch(SIGINT) { [outcome] in outcome.settle(Failure(.interrupted, "")) }
        let termination = try SignalWatch(SIGTERM) { [outcome] in outcome.settle(nil) }
        _ = StandardOutput.write(Array("\u{1B}[2J".utf8))
        draw()
        let ticker = Ticker(every: Self.interval) { [weak self] in self?.draw() }
        let failure = await outcome.value()
        ticker.stop()
        interrupt.close()
        termination.close()
        _ = StandardOutput.write([UInt8(ascii: "\n")])
        if let failure { throw failure }
    }

    private func draw() {
        guard !isAsking else { return }
        isAsking = true
        EventLoop.task { [self] in
            do throws(Failure) {
                show(try await TopSnapshot(of: console))
            } catch {
                outcome.settle(error)
            }
            isAsking = false
        }
    }

    private func show(_ snapshot: TopSnapshot) {
        guard !outcome.isSettled else { return }
        let now = Nanoseconds.now
        let past = before.map { ($0.snapshot, Double(now - $0.at) / 1e9) }
        before = (snapshot, now)
        let lines = TopTable("\(endpoint)", snapshot, before: past, .standardOutput).lines
        // From the top, over what was there; a line that is too long is cut, and the last one has no end.
        let text = lines.prefix(Self.lineCount).map { $0 + "\u{1B}[K" }.joined(separator: "\n")
        if !StandardOutput.write(Array("\u{1B}[H\u{1B}[?7l\(text)\u{1B}[J\u{1B}[?7h".utf8)) { outcome.settle(nil) }
    }

    /// How many lines the terminal has; 24 when it does not tell.
    private static var lineCount: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
        return Int(size.ws_row)
    }

    private func write(_ lines: [String]) {
        _ = StandardOutput.write(Array(lines.map { $0 + "\n" }.joined().utf8))
    }
}
