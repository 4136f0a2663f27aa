import ArgumentParser

/// `hark man`: the manual page.
struct ManCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "man",
        abstract: "Print the manual page, for man to show or to install.",
        discussion: """
            EXAMPLES:
              Read it:
                hark man | man -l -

              Install it, so that `man hark` finds it:
                mkdir -p ~/.local/share/man/man1
                hark man > ~/.local/share/man/man1/hark.1

            \(ExitStatus.table)
            """)

    func run() throws {
        guard StandardOutput.write(Array(try ManualPage().text.utf8)) else {
            throw Failure(.failure, "the page cannot be written to standard output")
        }
    }
}
