import ArgumentParser

/// `hark completions`: a script that lets a shell complete command lines.
struct CompletionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print the script that completes hark's verbs and options in a shell.",
        discussion: """
            EXAMPLES:
              For bash:
                hark completions bash > ~/.local/share/bash-completion/completions/hark

              For fish; for zsh the file is _hark, in a folder of $fpath:
                hark completions fish > ~/.config/fish/completions/hark.fish

            \(ExitStatus.table)
            """)

    /// The shells that there are scripts for.
    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish

        var kind: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() throws {
        let script = HarkCommand.completionScript(for: shell.kind)
        guard StandardOutput.write(Array((script + "\n").utf8)) else {
            throw Failure(.failure, "the script cannot be written to standard output")
        }
    }
}
