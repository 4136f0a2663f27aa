import Foundation
import Hark

/// Carries out what standard input asks and tells on standard output what happens, until something ends it.
@EventLoop
final class Conversation {
    struct Options: Sendable {
        var format: Output.Format
        var shape: LineShape
        /// Events to receive before it ends.
        var count: Int?
        var timeout: Duration?
        /// Without an event for so long it ends.
        var idle: Duration?
        var endsWithInput = false
        /// Whether somebody may ask for something.
        var readsInput = true
        var progress = ProgressStyle.auto
    }

    private let options: Options
    private let output: Output
    private let side: any Side
    private var requests = RequestTable()
    private var received = 0
    /// Events without a line, since output was full.
    private var missedCount = 0
    /// Events that nobody gets to see are never acknowledged.
    private var unwanted: [PendingAcknowledgement] = []
    private var signals: [SignalWatch] = []
    private var timer: LoopTimer?
    /// How long nothing is said of an end that takes its time.
    private static let hintDelay: UInt64 = 1_000
    private var hint: LoopTimer?
    private let began = Nanoseconds.now
    private let inputByteCount = Input.fileByteCount
    private var consumedByteCount = 0
    /// Events of both directions that progress has told of.
    private var toldCount = 0
    private lazy var progress = Progress(options.progress, mixesWithOutput: true) { [weak self] in
        self?.progressState()
    }
    private lazy var idleTimer = LoopTimer { [weak self] in
        guard let self else { return }
        // What waits behind a slow reader is yet to be received.
        if output.hasRoom { end() } else { waitForEvents() }
    }

    private let outcome = Outcome()

    init(_ side: any Side, _ options: Options) {
        self.side = side
        self.options = options
        output = Output(options.format, options.shape)
    }

    /// - Throws: `Failure`, unless it ended well.
    func run() async throws {
        try watchSignals()
        output.onClosed = { [weak self] in self?.end() }
        output.tell = { [weak self] in self?.tell($0) }
        progress.start()
        if let timeout = options.timeout { startTimer(timeout) }
        waitForEvents()
        do throws(Failure) {
            try await side.start(in: self)
            if options.readsInput { Input.read { [weak self] in await self?.consume($0, $1) } }
        } catch {
            end(error)
        }
        let failure = await outcome.value()
        // What is told now is acknowledged before the goodbye.
        await output.finish()
        await side.close()
        let statistics = side.statistics
        if statistics.emitted > 0 { report(.end(statistics)) }
        timer?.cancel()
        idleTimer.cancel()
        await output.finish()
        hint?.cancel()
        progress.stop()
        for signal in signals { signal.close() }
        if let failure { throw failure }
    }

    // MARK: Ending

    private func watchSignals() throws {
        for (number, failure) in [(SIGINT, Failure(.interrupted, "")), (SIGTERM, nil)] {
            signals.append(
                try SignalWatch(number) { [weak self] in
                    // The first time in order, the second time at once.
                    guard let self, !isEnded else { exit(ExitStatus.interrupted.rawValue) }
                    end(failure)
                    startHint()
                })
        }
    }

    private func startHint() {
        let hint = LoopTimer { [weak self] in
            self?.tell("still sending what waits; another Ctrl-C ends it at once")
        }
        hint.schedule(at: TimerHeap.now + Self.hintDelay)
        self.hint = hint
    }

    private func startTimer(_ timeout: Duration) {
        let timer = LoopTimer { [weak self] in
            self?.end(Failure(.timeout, "nothing ended it within \(timeout)"))
        }
        timer.schedule(at: TimerHeap.now + UInt64(timeout / .milliseconds(1)))
        self.timer = timer
    }

    private func waitForEvents() {
        guard let idle = options.idle, !isEnded else { return }
        idleTimer.schedule(at: TimerHeap.now + UInt64(idle / .milliseconds(1)))
    }

    /// Ends the conversation in order. The first reason counts.
    func end(_ failure: Failure? = nil) { outcome.settle(failure) }

    private var isEnded: Bool { outcome.isSettled }

    // MARK: What happens

    func report(_ report: Report) { output.write(report) }

    /// For people; scripts have their lines.
    func tell(_ sentence: String) {
        progress.clear()
        StandardError.write("hark: \(sentence)")
    }

    private func progressState() -> ProgressState? {
        let emitted = side.statistics.emitted
        let rate = emitted + received - toldCount
        toldCount += rate
        var state = ProgressState(stage: isEnded ? "ending" : side.stage)
        state.figures = [
            .init("sent", "sent", emitted), .init("received", "received", received),
            .init("eventsPerSecond", "events/s", rate),
        ]
        let elapsed = Double(Nanoseconds.now - began) / 1e9
        if let count = options.count {
            state.share = Double(received) / Double(count)
        } else if let inputByteCount, options.endsWithInput {
            state.share = Double(consumedByteCount) / Double(max(inputByteCount, 1))
        } else if let timeout = options.timeout {
            state.share = min(1, elapsed / (timeout / .seconds(1)))
        }
        state.estimate(after: elapsed)
        return state
    }

    func received(_ event: Event) {
        let pending = event.deferAcknowledgement()
        // Others may follow before the connection is closed; they are told unless they were counted out.
        if let count = options.count, received >= count { return unwanted.append(pending) }
        guard !misses() else { return }
        output.write(line(of: event), acknowledging: pending)
        received += 1
        waitForEvents()
        if received == options.count { end() }
    }

    /// Whether an event gets no line: nobody reads, and its sender cannot be made to wait. One long gap is told of, not
    /// many.
    private func misses() -> Bool {
        guard !side.holdsBack, missedCount > 0 || output.isFull else { return false }
        missedCount += 1
        guard missedCount == 1 else { return true }
        Task {
            await output.room()
            let events = missedCount == 1 ? "1 event was" : "\(missedCount) events were"
            missedCount = 0
            report(.error("\(events) not shown: standard output is not read as fast as they come"))
        }
        return true
    }

    private func line(of event: Event) -> Report {
        do {
            return .event(
                name: event.name, arguments: try event.arguments,
                from: event.member?.id ?? event.origin ?? event.peer?.id,
                isRedelivered: event.isRedelivered)
        } catch {
            return .error("the arguments of \"\(event.name)\" are malformed: \(error)")
        }
    }

    func asked(_ request: UnclaimedRequest) {
        guard let id = requests.add(request) else { return request.fail("too many requests wait for their replies") }
        report(.request(id: id, name: request.name, arguments: request.arguments, from: request.peer?.id))
    }

    /// The peer is gone; nobody waits for replies any more.
    func forgetRequests(of peer: Peer.ID?) { requests.removeAll(of: peer) }

    // MARK: What is asked

    private func consume(_ inputs: [Input], _ byteCount: Int) async {
        for input in inputs where !isEnded {
            switch input {
            case .refused(let reason, let line): refuse(reason, line)
            case .instruction(.close, _): await endInOrder()
            case .instruction(let instruction, let line):
                if let reason = carryOut(instruction) { refuse(reason, line) }
            case .ended: if options.endsWithInput { await endInOrder() }
            }
        }
        await side.makeRoom()
        await output.room()
        consumedByteCount += byteCount
    }

    private func carryOut(_ instruction: Instruction) -> String? {
        switch instruction {
        case .emit(let name, let arguments, let peer, false): return side.emit(name, arguments, to: peer)
        case .emit(let name, let arguments, let peer, true):
            return side.emit(name, arguments, to: peer) { [weak self] error in
                self?.report(error.map { .error(Self.sentence(of: $0, name)) } ?? .ack(name: name))
            }
        case .reply(let id, let answer): return reply(id, answer)
        case .set(let values, let peer): return side.set(values, with: peer)
        case .get(let key, let peer):
            do throws(Instruction.Refusal) {
                report(.set([key: try side.get(key, of: peer)], from: peer))
                return nil
            } catch {
                return error.reason
            }
        case .reconnect: return side.reconnect()
        case .close: return nil
        }
    }

    private static func sentence(of error: HarkError, _ name: String) -> String {
        let reason = error.code == .unsupported ? "the other side does not acknowledge events" : error.message
        return "\"\(name)\" was not acknowledged: \(reason)"
    }

    private func reply(_ id: Int, _ answer: Instruction.Answer) -> String? {
        if let refusal = side.replyRefusal { return refusal }
        guard let request = requests.remove(id) else { return "no request \(id) waits for a reply" }
        switch answer {
        case .result(let value): request.succeed(value)
        case .failure(let reason): request.fail(reason)
        }
        return nil
    }

    private func refuse(_ reason: String, _ line: Int) { report(.error("line \(line) of the input: \(reason)")) }

    /// What was read is sent first, even if the connection is yet to be made.
    private func endInOrder() async {
        await side.drain()
        end()
    }
}
