import ArgumentParser

/// How long to wait.
struct PatienceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How long everything together may take.", valueName: "seconds"))
    var timeout = 5.0

    func validate() throws { try Duration.check(timeout: timeout) }
}
