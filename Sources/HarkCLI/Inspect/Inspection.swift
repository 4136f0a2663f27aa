import Foundation
import Hark

/// Asks an admin console: once, or as often as standard input says.
@EventLoop
final class Inspection {
    private let endpoint: Endpoint
    private let console: ConsoleConnection
    private let format: Output.Format
    private let outcome = Outcome()
    /// Whether somebody types.
    private let isDialogue = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1

    init(_ endpoint: Endpoint, patience: Duration, _ format: Output.Format) {
        self.endpoint = endpoint
        self.format = format
        console = ConsoleConnection(endpoint, patience: patience)
    }

    /// Asks once, and prints the result.
    ///
    /// - Throws: `Failure` when there is none.
    func ask(_ command: String, _ arguments: [Value]) async throws {
        try await console.connect()
        defer { console.close() }
        let answer = try await console.ask(ConsoleRequest(command, arguments, id: 1))
        guard answer["ok"]?.bool == true else {
            throw Failure(.failure, answer["error"]?.string ?? "\(endpoint) refuses without a reason")
        }
        show(answer["result"] ?? .null)
    }

    /// Asks what standard input says, line by line, until it ends.
    ///
    /// - Throws: `Failure`, unless it ended well.
    func run() async throws {
        try await console.connect()
        defer { console.close() }
        let interrupt = try SignalWatch(SIGINT) { [outcome] in outcome.settle(Failure(.interrupted, "")) }
        let termination = try SignalWatch(SIGTERM) { [outcome] in outcome.settle(nil) }
        if isDialogue { StandardError.write("hark: connected to \(endpoint); help lists the commands, Ctrl-D ends") }
        prompt()
        let consume: @EventLoop @Sendable ([Line], Int) async -> Void = { [weak self] lines, _ in
            for line in lines { await self?.carryOut(line) }
        }
        StandardInput.read(of: Line.init, end: .end, consume: consume)
        let failure = await outcome.value()
        interrupt.close()
        termination.close()
        if let failure { throw failure }
    }

    /// A line of standard input.
    private enum Line: Sendable {
        case request(String, number: Int)
        case tooLong(number: Int)
        case end

        /// Nil for a blank line.
        init?(_ line: LineSplitter.Line, _ number: Int) {
            switch line {
            case .tooLong: self = .tooLong(number: number)
            case .whole(let bytes):
                let text = String(decoding: bytes, as: UTF8.self)
                guard text.contains(where: { !$0.isWhitespace }) else { return nil }
                self = .request(text, number: number)
            }
        }
    }

    private func carryOut(_ line: Line) async {
        guard !outcome.isSettled else { return }
        switch line {
        case .end: return outcome.settle(nil)
        case .tooLong(let number):
            refuse("the line is longer than \(LineSplitter.byteCountMax) bytes", number)
        case .request(let text, _) where isDialogue && ["exit", "quit"].contains(text.filter { !$0.isWhitespace }):
            return outcome.settle(nil)
        case .request(let text, let number):
            do throws(ConsoleRequest.Refusal) {
                await carryOut(try ConsoleRequest(line: text, number: number))
            } catch {
                refuse(error.reason, number)
            }
        }
        prompt()
    }

    private func carryOut(_ request: ConsoleRequest) async {
        do throws(Failure) {
            let answer = try await console.ask(request)
            switch format {
            case .json: write(["\(answer)"])
            case .readable:
                if answer["ok"]?.bool == true {
                    show(answer["result"] ?? .null)
                } else {
                    StandardError.write("hark: \(answer["error"]?.string ?? "refused without a reason")")
                }
            }
        } catch {
            outcome.settle(error)
        }
    }

    /// Nothing was asked.
    private func refuse(_ reason: String, _ number: Int) {
        switch format {
        case .json:
            write(["\(["ok": false, "error": .string("line \(number) of the input: \(reason)"), "id": .null] as Value)"]
            )
        case .readable: StandardError.write("hark: \(reason)")
        }
    }

    private func show(_ result: Value) {
        write(format == .json ? ["\(result)"] : ConsoleTable(result, .standardOutput).lines)
    }

    private func prompt() {
        guard isDialogue, !outcome.isSettled else { return }
        _ = StandardOutput.write(Array("hark> ".utf8))
    }

    private func write(_ lines: [String]) {
        let text = lines.map { $0 + "\n" }.joined()
        // Whoever read it has seen enough.
        if !StandardOutput.write(Array(text.utf8)) { outcome.settle(nil) }
    }
}
