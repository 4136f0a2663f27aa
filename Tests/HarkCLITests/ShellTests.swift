import Foundation
import Testing

/// What belongs to a shell: completions and the manual page.
@Suite struct ShellTests {
    /// Runs a script with the command as `$1`.
    private func bash(_ script: String) throws -> (output: String, errors: String) {
        let process = Process()
        let output = Pipe()
        let errors = Pipe()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", script, "bash", try Command.executable.get().path]
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = output.fileHandleForReading.allBytes()
        let complaints = errors.fileHandleForReading.allBytes()
        process.waitUntilExit()
        return (String(decoding: text, as: UTF8.self), String(decoding: complaints, as: UTF8.self))
    }

    @Test(arguments: [
        (["li"], ["listen"]),
        (["co"], ["connect", "completions"]),
        (["connect", "--retry-d"], ["--retry-delay"]),
        (["connect", "tcp://localhost:1", "--progress", ""], ["auto", "json", "none"]),
        (["listen", "--log-level", "not"], ["notice"]),
        (["bench", "fan"], ["fan-out"]),
        (["completions", "z"], ["zsh"]),
        (["inspect", "unix:///a.sock", "stat"], ["statistics"]),
        (["cast", "udp://239.1.1.1:1", "--message"], ["--message-ttl"]),
        (["doctor", "--int"], ["--interface"]),
    ])
    func `bash completes what is begun`(words: [String], completions: [String]) throws {
        let quoted = words.map { "'\($0)'" }.joined(separator: " ")
        let result = try bash(
            """
            eval "$("$1" completions bash)"
            COMP_WORDS=(hark \(quoted)); COMP_CWORD=\(words.count)
            COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
            complete -p hark > /dev/null || exit
            _hark hark "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """)
        #expect(result.errors.isEmpty)
        #expect(Set(result.output.split(separator: "\n").map { String($0) }) == Set(completions))
    }

    @Test func `the manual page has every verb, every option and the exit statuses`() async throws {
        let page = await (try Command("man")).rest()
        #expect(page.first?.hasPrefix(#".TH HARK 1 "" "hark 0."#) == true)
        for verb in [
            "listen", "connect", "cast", "emit", "request", "demo", "bench", "inspect", "doctor", "completions", "man",
        ] {
            #expect(page.contains { $0.hasPrefix(".SS \"hark \(verb)") })
        }
        for option in [#"\fB\-n\fR, \fB\-\-count\fR \fIcount\fR"#, #"\fB\-\-preamble\fR \fIjson\fR"#] {
            #expect(page.contains(option))
        }
        #expect(page.contains { $0.hasPrefix("130 ") })
        #expect(!page.contains { $0.contains("demo\\-role") })
    }

    @Test func `man formats its page without a complaint`() throws {
        let result = try bash(
            """
            if command -v groff > /dev/null; then "$1" man | groff -man -ww -Tutf8 -P-cbou; else echo 'EXIT STATUS'; fi
            """)
        #expect(result.errors.isEmpty)
        #expect(result.output.contains("EXIT STATUS"))
    }
}
