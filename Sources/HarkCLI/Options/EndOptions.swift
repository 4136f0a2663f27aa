import ArgumentParser

/// When a conversation ends by itself.
struct EndOptions: ParsableArguments {
    @Option(name: [.customShort("n"), .long], help: "End after so many events were received.")
    var count: Int?

    @Option(help: ArgumentHelp("End when no event was received for so long.", valueName: "seconds"))
    var idle: Double?

    @Flag(help: "End when standard input does, after everything read from it has arrived.")
    var endWithInput = false

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--count must be 1 or more, not \(count)") }
        try Duration.check(timeout: idle, of: "--idle")
    }
}

extension Duration {
    /// Refuses times that make no sense.
    static func check(timeout seconds: Double?, of option: String = "--timeout") throws {
        // A year of seconds, so that a slip of the finger is noticed.
        guard let seconds, !(seconds > 0 && seconds <= 31_536_000) else { return }
        throw ValidationError("\(option) must be a number of seconds above 0, not \(seconds)")
    }
}
