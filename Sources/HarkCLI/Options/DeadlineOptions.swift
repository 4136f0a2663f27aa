import ArgumentParser

/// How long everything may take.
struct DeadlineOptions: ParsableArguments {
    @Option(help: ArgumentHelp("End with status 4 after so long.", valueName: "seconds"))
    var timeout: Double?

    func validate() throws { try Duration.check(timeout: timeout) }
}
