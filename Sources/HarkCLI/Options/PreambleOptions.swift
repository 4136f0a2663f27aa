import ArgumentParser

/// What is said at the beginning of each connection.
struct PreambleOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "An input line that is carried out first, and again after each reconnect; may be repeated.",
            valueName: "json"))
    var preamble: [String] = []

    func validate() throws { _ = try instructions }

    /// The lines, read.
    var instructions: [Instruction] {
        get throws {
            try preamble.map { line in
                do throws(Instruction.Refusal) {
                    let instruction = try Instruction(line: Array(line.utf8))
                    switch instruction {
                    case .emit, .set: return instruction
                    case .reply, .get, .close:
                        throw Instruction.Refusal("only \"emit\" and \"set\" make sense in front of everything")
                    }
                } catch {
                    throw ValidationError("--preamble \(line): \(error.reason)")
                }
            }
        }
    }
}
