import HarkProtocol
import HarkWire
import Testing

struct ConsoleCommandTests {
    @Test func `every command has a word of its own, and says how it is written and what it does`() throws {
        for verb in ConsoleVerb.allCases {
            #expect(verb.usage.split(separator: " ").first.map(String.init) == verb.rawValue)
            #expect(!verb.summary.isEmpty)
            let command = try ConsoleCommand(verb, verb == .emit ? ["a"] : [])
            #expect(try ConsoleLine.command(verb == .emit ? "emit a" : verb.rawValue, object: nil) == command)
        }
    }

    @Test func `arguments that do not go with a command are refused`() {
        for verb in ConsoleVerb.allCases {
            #expect(throws: ConsoleError.self) { try ConsoleCommand(verb, [1]) }
            if verb != .emit {
                #expect(throws: ConsoleError.self) { try ConsoleCommand(verb, ["a", "b", "c"]) }
            }
        }
    }
}
