import Hark
import HarkProtocol
import HarkWire
import Logging
import Testing

@EventLoop
struct ConsoleTargetTests {
    private let target = ConsoleTargetDouble()

    private func lines(_ line: String) async throws -> [String] {
        let command = try #require(try ConsoleLine.command(line, object: target.consoleObject))
        return try await target.carryOut(command).lines
    }

    private func refusal(_ line: String) async throws -> String? {
        do {
            _ = try await lines(line)
            return nil
        } catch let error as ConsoleError { return error.description }
    }

    @Test func `what is there is shown`() async throws {
        #expect(try await lines("peers") == ["id  address", "a   10.0.0.1:5000", "bc  10.0.0.2:5000"])
        #expect(try await lines("statistics") == ["sent     3", #"refused  {"malformed":1}"#])
        #expect(
            try await lines("subscriptions")
                == ["name  kind     listeners", "news  event    2", "a.*   pattern  1"])
    }

    @Test func `help knows all commands and all members`() async throws {
        let all = try await lines("help")
        #expect(all.count == 1 + ConsoleVerb.allCases.count + target.consoleMembers.count)
        for verb in ConsoleVerb.allCases {
            #expect(all.contains { $0.hasPrefix(verb.usage) })
            #expect(try await lines("help \(verb.rawValue)").count == 2)
        }
        #expect(all.contains { $0.hasPrefix("eventcast.stop([JSON, …])  ") })
        #expect(all.contains { $0.hasPrefix("eventcast.id  ") })
        #expect(try await lines("help eventcast.id").count == 2)
        #expect(
            try await refusal("help pears")
                == "there is no command \"pears\"; did you mean peers? help shows all there are")
    }

    @Test(
        arguments: [
            (.written, "written"), (.queued, "queued"), (.noListeners, "noListeners"),
            (.dropped(.queueFull), "dropped: queueFull"),
        ] as [(EmitResult, String)])
    func `what is emitted is emitted, and what became of it said`(result: EmitResult, text: String) async throws {
        target.result = result
        #expect(try await lines(#"emit news "a" [1]"#) == [text])
        #expect(target.emitted == [#"news["a",[1]]"#])
    }

    @Test func `levels are shown and changed, for one component or all`() async throws {
        #expect(try await lines("log") == ["eventcast  info", "repl       warning"])
        #expect(try await lines("log repl") == ["repl  warning"])
        #expect(try await lines("log repl debug") == ["eventcast  info", "repl       debug"])
        #expect(try await lines("log trace") == ["eventcast  trace", "repl       trace"])
    }

    @Test(
        arguments: [
            (
                "log loud",
                "there is no component or level \"loud\"; help log shows all there are"
            ),
            ("log rep debug", "there is no component \"rep\"; did you mean repl? log shows all there are"),
            (
                "log repl loud",
                "there is no level \"loud\"; choose one of trace, debug, info, notice, warning, error, critical"
            ),
        ])
    func `an unknown level or component changes nothing and is told the known ones`(
        line: String, reason: String
    ) async throws {
        #expect(try await refusal(line) == reason)
        #expect(target.levels.map(\.level) == [.info, .warning])
    }

    @Test func `members are read and called, and nothing else is`() async throws {
        #expect(try await lines("eventcast.id") == [#""0123456789abcdef""#])
        #expect(try await lines("eventcast.stop()") == ["true"])
        #expect(try await lines("eventcast.status") == [#""stopped""#])
        #expect(try await lines(#"eventcast.echo(1, "a")"#) == [#"[1,"a"]"#])
        #expect(
            try await refusal("eventcast.stop")
                == "stop is a method; write eventcast.stop(), or give it arguments, be they []")
        #expect(try await refusal("eventcast.id(1)") == "id is a property; write eventcast.id")
        #expect(
            try await refusal("eventcast.stopp()")
                == "there is no member of eventcast \"stopp\"; did you mean stop? help shows all there are")
        #expect(
            try await refusal("eventcast.constructor")
                == "there is no member of eventcast \"constructor\"; help shows all there are")
        await #expect(throws: HarkError.self) { try await lines("eventcast.fail()") }
    }

    @Test func `a command that does not exist suggests the nearest`() async throws {
        #expect(try await refusal("per") == "there is no command \"per\"; did you mean peers? help shows all there are")
        target.consoleObject = nil
        #expect(try await refusal("eventcast.id") == "there is no command \"eventcast.id\"; help shows all there are")
    }
}
