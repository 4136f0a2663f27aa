import HarkProtocol
import Testing

@Suite struct SubjectPatternTests {
    private static func fits(_ pattern: String, _ name: String) -> Bool {
        SubjectPattern(Array(pattern.utf8)).matches(Array(name.utf8))
    }

    @Test(arguments: [
        ("a", "a", true), ("a", "b", false), ("a", "a.b", false), ("*", "a", true), ("*", "", true),
        ("*", "a.b", false), (">", "a", true), (">", "a.b.c", true), ("a.>", "a", false), ("a.>", "a.b.c", true),
        ("a.*.c", "a.b.c", true), ("a.*.c", "a.b.b.c", false), ("*.*", "a.", true), ("a.*", "a", false),
    ])
    func `stars fit one token and the rest fits the rest`(pattern: String, name: String, expected: Bool) {
        #expect(Self.fits(pattern, name) == expected)
    }

    @Test func `it agrees with the definition on random patterns and names`() {
        var random = Seeded(3)
        func tokens(_ words: [String]) -> [String] {
            (0..<Int.random(in: 1...4, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
        }
        for _ in 0..<20_000 {
            let pattern = tokens(["a", "b", "*", ">", "", "a*"])
            let name = tokens(["a", "b", "", "*", ">"])
            let text = pattern.joined(separator: ".")
            #expect(
                Self.fits(text, name.joined(separator: ".")) == Self.definition(pattern[...], name[...]),
                "\(text) and \(name)")
        }
    }

    private static func definition(_ pattern: ArraySlice<String>, _ name: ArraySlice<String>) -> Bool {
        guard let token = pattern.first else { return name.isEmpty }
        guard let word = name.first else { return false }
        // One that others send may have it anywhere.
        if token == ">" { return true }
        return (token == "*" || token == word) && definition(pattern.dropFirst(), name.dropFirst())
    }
}
