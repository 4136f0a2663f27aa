import ArgumentParser
import Hark

/// `hark doctor`: what does not work here, and what to do.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Test what networks and settings break, and say what to do.",
        discussion: """
            Nothing leaves this machine, no privileges are needed and no setting is changed. \
            With --json each check is one object, and a summary the last:
              {"type":"check","name":NAME,"verdict":"ok"|"warning"|"failure",
               "found":TEXT,"advice":TEXT,"details":{…}}
              {"type":"summary","ok":N,"warnings":N,"failures":N}

            \(Examination.table)

            EXAMPLES:
              Everything, for the interface that the system would choose:
                hark doctor

              What does not work on one interface, for a script:
                hark doctor --interface eth0 --json |
                  jq -r 'select(.verdict == "failure").advice'

            The status is 1 when a check fails, not for warnings.

            \(ExitStatus.table)
            """)

    @Option(
        help: ArgumentHelp(
            "The interface to reach groups through: its name, number or address. (default: the system's choice)",
            valueName: "interface"))
    var interface: String?

    @OptionGroup var output: OutputOptions

    func validate() throws { _ = try chosen }

    func run() throws {
        let examination = Examination(try chosen)
        let format = output.format
        try EventLoop.run {
            let count = try examination.run { check, finding in
                let lines = finding.readable(of: check.name, .standardOutput)
                try Self.write(format == .json ? ["\(finding.json(of: check.name))"] : lines)
            }
            try Self.write([format == .json ? "\(count.json)" : count.readable])
            // What to do has been said.
            guard count[.failure] == 0 else { throw Failure(.failure, "") }
        }
    }

    private static func write(_ lines: [String]) throws {
        guard StandardOutput.write(Array((lines.joined(separator: "\n") + "\n").utf8)) else {
            throw Failure(.failure, "what was found cannot be written to standard output")
        }
    }

    private var chosen: LocalInterface? {
        get throws {
            guard let interface else { return nil }
            if let found = LocalInterface.find(interface) { return found }
            let names = LocalInterface.all().filter(\.isUp).map(\.name)
            throw ValidationError(
                "there is no interface \"\(interface)\" that is up; choose among \(names.joined(separator: ", "))")
        }
    }
}
