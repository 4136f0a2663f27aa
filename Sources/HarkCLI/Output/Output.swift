import Foundation
import Hark

/// Standard output as lines, written once per turn of the loop.
@EventLoop
final class Output: Flushable {
    enum Format: Sendable { case json, readable }

    let format: Format
    /// Standard output is gone: whoever read it has seen enough.
    var onClosed: @EventLoop () -> Void = {}

    /// 64 KiB: as much as one write to a pipe takes. A burst of events does not wait for the turn to end.
    private static let byteCountMax = 64 * 1024

    private var bytes = ByteWriter(pool: ChunkPool())
    private var isScheduled = false
    private var isClosed = false

    init(_ format: Format) { self.format = format }

    func write(_ report: Report) {
        switch format {
        case .json: report.writeJSON(to: &bytes)
        case .readable:
            if case .error(let message) = report { return StandardError.write("hark: \(message)") }
            guard let line = report.readable(.standardOutput) else { return }
            bytes.append(Array((line + "\n").utf8).span.bytes)
        }
        if bytes.byteCount >= Self.byteCountMax { return flush() }
        guard !isScheduled else { return }
        isScheduled = true
        EventLoop.current.flushAtEndOfTurn(self)
    }

    func flush() {
        isScheduled = false
        let block = bytes.takeBytes()
        guard !isClosed, !block.isEmpty, !StandardOutput.write(block) else { return }
        isClosed = true
        onClosed()
    }
}
