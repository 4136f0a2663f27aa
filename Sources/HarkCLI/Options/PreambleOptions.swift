import ArgumentParser
import Hark

/// What is said at the start of each connection.
struct PreambleOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "An input line to emit at the start of each connection, ahead of all that waits; may be repeated.",
            valueName: "json"))
    var preamble: [String] = []

    /// An event to emit.
    struct Line: Sendable {
        let name: String
        let arguments: [Value]
    }

    func validate() throws { _ = try lines }

    /// The lines, read.
    var lines: [Line] {
        get throws {
            try preamble.map { text in
                do throws(Instruction.Refusal) {
                    guard
                        case .emit(let name, let arguments, to: nil, wantsAcknowledgement: false) =
                            try Instruction(line: Array(text.utf8))
                    else { throw Instruction.Refusal("it can only emit, without \"to\" and \"ack\"") }
                    return Line(name: name, arguments: arguments)
                } catch {
                    throw ValidationError("--preamble \(text): \(error.reason)")
                }
            }
        }
    }

    /// Has a client say them.
    func apply(to options: inout Client.Options) throws {
        let lines = try lines
        guard !lines.isEmpty else { return }
        options.onConnect = { preamble in
            for line in lines { try preamble.emit(line.name, values: line.arguments) }
        }
    }
}
