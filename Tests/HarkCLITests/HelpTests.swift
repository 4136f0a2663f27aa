import Testing

/// What a newcomer reads first.
@Suite struct HelpTests {
    @Test(arguments: [
        "listen", "connect", "cast", "node", "emit", "request", "demo", "bench", "inspect", "top", "tap",
        "doctor", "completions", "man",
    ])
    func `the help of a verb has two examples and every exit status`(verb: String) async throws {
        let lines = await (try Command(verb, "--help")).rest()
        let examples = lines.drop { $0 != "EXAMPLES:" }.prefix { !$0.hasPrefix("OUTPUT") && !$0.hasPrefix("EXIT") }
        #expect(examples.filter { $0.contains("hark \(verb)") }.count >= 2)
        let table = lines.drop { $0 != "EXIT STATUS:" }.dropFirst().prefix { !$0.isEmpty }
        let statuses = table.compactMap { $0.split(separator: " ").first.map { String($0) } }
        #expect(statuses == ["0", "1", "2", "3", "4", "5", "6", "130"])
        let text = lines.prefix { !$0.hasPrefix("USAGE") }
        #expect(text.allSatisfy { $0.count <= 80 }, "it fits a terminal")
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `completions know every verb`(shell: String) async throws {
        let script = await (try Command("completions", shell)).rest().joined(separator: "\n")
        for verb in [
            "listen", "connect", "cast", "node", "emit", "request", "demo", "bench", "inspect", "top", "doctor",
        ] {
            #expect(script.contains(verb))
        }
        #expect(script.contains("credentials"))
    }

    @Test func `the version is printed alone`() async throws {
        let command = try Command("--version")
        #expect(try await command.nextLine().split(separator: ".").count == 3)
        #expect(await command.status() == 0)
    }
}
