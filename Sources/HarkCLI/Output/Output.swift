import Foundation
import Hark

/// Standard output as lines. They are written by a thread of its own, so that a slow reader holds up no connection.
///
/// Nothing that is written here is dropped while there is a reader. An event is acknowledged when its line is written,
/// so the window of its sender bounds what waits here; where events have no window, `isFull` tells when to stop.
@EventLoop
final class Output: Flushable {
    enum Format: Sendable { case json, readable }

    let format: Format
    /// Standard output is gone: whoever read it has seen enough.
    var onClosed: @EventLoop () -> Void = {}
    /// Tells what is no data.
    var tell: @EventLoop (String) -> Void = { StandardError.write("hark: \($0)") }

    /// 64 KiB: as much as one write to a pipe takes. A burst of events does not wait for the turn to end.
    private static let burstByteCountMax = 64 * 1024
    /// 1 MiB: as much as waits for a connection before that is congestion.
    private static let highWaterByteCountMax = 1 << 20
    /// 256 KiB: so much keeps the reader busy until more is there.
    private static let lowWaterByteCountMax = 256 << 10
    /// 16 MiB: beyond that there is no room for events that cannot be held back.
    private static let fullByteCount = 16 << 20
    /// 32 MiB: all other lines, such as those about connections, wait up to here; then the loop waits.
    private static let byteCountMax = 32 << 20

    private let queue = DispatchQueue(label: "hark.output")
    private let isTerminal = isatty(STDOUT_FILENO) == 1
    private var bytes = ByteWriter(pool: ChunkPool())
    /// What the other thread writes at the moment; 0 when it has nothing to do.
    private var writingByteCount = 0
    private var isScheduled = false
    private var appendedByteCount = 0
    private var writtenByteCount = 0
    /// Events whose lines are not written yet, and where those end.
    private var waiting: [(event: PendingAcknowledgement, end: Int)] = []
    private var isClosed = false
    /// Whether there is room for more.
    private(set) var hasRoom = true
    private var roomWaiters: [CheckedContinuation<Void, Never>] = []
    private var endWaiters: [CheckedContinuation<Void, Never>] = []

    private let shape: LineShape

    init(_ format: Format, _ shape: LineShape = LineShape()) {
        self.format = format
        self.shape = shape
    }

    /// - Parameter event: acknowledged when the line is written; never, when it cannot be.
    func write(_ report: Report, acknowledging event: PendingAcknowledgement? = nil) {
        let before = bytes.byteCount
        let isLine = !isClosed && (!shape.isQuiet || !report.isAboutConnections) && append(report)
        appendedByteCount += bytes.byteCount - before
        if let event { waiting.append((event, isClosed ? Int.max : appendedByteCount)) }
        guard isLine else { return acknowledge() }
        if isTerminal || bytes.byteCount >= Self.burstByteCountMax {
            flush()
        } else if !isScheduled {
            isScheduled = true
            EventLoop.current.flushAtEndOfTurn(self)
        }
        if pendingByteCount > Self.byteCountMax { waitForReader() }
        updateRoom()
    }

    /// - Returns: false when the report is no line here.
    private func append(_ report: Report) -> Bool {
        if format == .json, shape.rawEnd == nil {
            if let aside = report.aside { tell(aside) }
            // Whoever waits for the next attempt is told of the failed one.
            if !report.isForScripts { return false }
            report.writeJSON(to: &bytes, at: shape.moment)
            return true
        }
        if let notice = report.notice {
            tell(notice)
            return false
        }
        let text: String?
        if let end = shape.rawEnd {
            text = report.raw.map { $0 + end }
        } else {
            let time = shape.moment.map { Style.standardOutput.dim($0.string ?? $0.description) + " " } ?? ""
            text = report.readable(.standardOutput).map { time + $0 + "\n" }
        }
        guard let text else { return false }
        bytes.append(Array(text.utf8).span.bytes)
        return true
    }

    /// Hands over what there is. While the other thread is busy it collects, and follows when that has finished.
    func flush() {
        isScheduled = false
        guard writingByteCount == 0, !isClosed else { return }
        let block = bytes.takeBytes()
        guard !block.isEmpty else { return }
        writingByteCount = block.count
        queue.async {
            let isWritten = StandardOutput.write(block)
            EventLoop.task { self.wrote(isWritten) }
        }
    }

    /// Whether so much waits that whoever can do without a line should.
    var isFull: Bool { pendingByteCount > Self.fullByteCount }

    /// Waits until there is room for more.
    func room() async {
        guard !hasRoom else { return }
        await withCheckedContinuation { roomWaiters.append($0) }
    }

    /// Waits until everything is written, or nobody reads any more.
    func finish() async {
        flush()
        guard pendingByteCount > 0 else { return }
        await withCheckedContinuation { endWaiters.append($0) }
    }

    // MARK: Writing

    private var pendingByteCount: Int { bytes.byteCount + writingByteCount }

    private func acknowledge() {
        let written = waiting.prefix { $0.end <= writtenByteCount }
        // First, because a sender who waits for nothing else may leave at once, and be told of.
        waiting.removeFirst(written.count)
        for (event, _) in written { event.acknowledge() }
    }

    private func wrote(_ isWritten: Bool) {
        if isWritten { writtenByteCount += writingByteCount }
        writingByteCount = 0
        if isWritten { flush() } else { close() }
        acknowledge()
        updateRoom()
        guard pendingByteCount == 0 else { return }
        let waiters = endWaiters
        endWaiters = []
        for waiter in waiters { waiter.resume() }
    }

    /// The last resort: a line must not be lost, nor memory be filled for ever.
    private func waitForReader() {
        let block = bytes.takeBytes()
        guard queue.sync(execute: { StandardOutput.write(block) }) else { return close() }
        writtenByteCount += block.count
    }

    private func close() {
        _ = bytes.takeBytes()
        guard !isClosed else { return }
        isClosed = true
        onClosed()
    }

    private func updateRoom() {
        let limit = hasRoom ? Self.highWaterByteCountMax : Self.lowWaterByteCountMax
        guard hasRoom != (pendingByteCount <= limit) else { return }
        hasRoom.toggle()
        guard hasRoom else { return }
        let waiters = roomWaiters
        roomWaiters = []
        for waiter in waiters { waiter.resume() }
    }
}
