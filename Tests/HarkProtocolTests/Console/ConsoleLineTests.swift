import HarkProtocol
import HarkWire
import Testing

struct ConsoleLineTests {
    private func command(_ line: String) throws -> ConsoleCommand? {
        try ConsoleLine.command(line, object: "eventcast")
    }

    @Test(
        arguments: [
            ("help", .help(nil)), ("  help  emit ", .help("emit")), ("?", .help(nil)), ("peers", .peers),
            ("\tstatistics\t", .statistics), ("subscriptions", .subscriptions), ("drain", .drain), ("quit", .quit),
            (".exit", .quit), ("log", .log([])), ("log debug", .log(["debug"])),
            ("log eventcast  debug", .log(["eventcast", "debug"])), ("emit news", .emit("news", [])),
            (
                #"emit news "a \" b" 1 [1, "] 2"] {"k": [2, 3]} null"#,
                .emit("news", ["a \" b", 1, [1, "] 2"], ["k": [2, 3]], nil])
            ),
            (#"emit "two words" -2.5"#, .emit("two words", [-2.5])), (#"emit  a.b:c   true"#, .emit("a.b:c", [true])),
            ("emit é \"😀\\u00e9\"", .emit("é", ["😀é"])), ("start", .unknown("start")), ("Peers", .unknown("Peers")),
            ("eventcast", .unknown("eventcast")), ("eventcast.status", .read("status")),
            ("eventcast.id;", .read("id")), ("eventcast.stop()", .call("stop", [])),
            ("eventcast.stop ( ) ; ", .call("stop", [])),
            (#"eventcast.emit("a", 1, {"b": ")"})"#, .call("emit", ["a", 1, ["b": ")"]])),
            (#"emit a {"$bytes":"YWI="}"#, .emit("a", [.bytes([97, 98])])),
        ] as [(String, ConsoleCommand)])
    func `a line is a command`(line: String, expected: ConsoleCommand) throws {
        #expect(try command(line) == expected)
    }

    @Test(arguments: ["", " ", "\t  \t"])
    func `a blank line is none`(line: String) throws {
        #expect(try command(line) == nil)
    }

    @Test(
        arguments: [
            ("peers all", "these arguments do not go with peers; write peers"),
            ("help a b", "these arguments do not go with help; write help [COMMAND]"),
            ("log a b c", "these arguments do not go with log; write log [COMPONENT] [LEVEL]"),
            ("emit", "the name of the event is missing; write emit NAME [JSON]…"),
            ("emit a b", "the arguments are not JSON: expected a value at byte 0; strings stand in double quotes"),
            (
                "emit a 'b'", "the arguments are not JSON: expected a value at byte 0; strings stand in double quotes"
            ),
            (
                "eventcast.emit(a)",
                "the arguments are not JSON: expected a value at byte 0; strings stand in double quotes"
            ),
            ("eventcast.", "write eventcast.NAME, or eventcast.NAME(JSON, …) and nothing behind it"),
            ("eventcast.()", "write eventcast.NAME, or eventcast.NAME(JSON, …) and nothing behind it"),
            ("eventcast.a(", "write eventcast.NAME, or eventcast.NAME(JSON, …) and nothing behind it"),
            ("eventcast.a().b", "write eventcast.NAME, or eventcast.NAME(JSON, …) and nothing behind it"),
            ("eventcast.a = 1", "write eventcast.NAME, or eventcast.NAME(JSON, …) and nothing behind it"),
        ])
    func `a line that makes no sense is refused with the reason`(line: String, reason: String) {
        let error = #expect(throws: ConsoleError.self) { try command(line) }
        #expect(error?.description == reason)
    }

    @Test func `without an object nothing is read or called`() throws {
        #expect(try ConsoleLine.command("eventcast.stop()", object: nil) == .unknown("eventcast.stop()"))
    }

    @Test func `every beginning of a line is a command, or is refused`() {
        for line in [#"emit "a b" [1,{"c":"\"]"}] null"#, #"eventcast.emit("a", [1, {"b": ")"}]);"#, "log é debug"] {
            for end in line.indices { _ = try? command(String(line[..<end])) }
        }
    }
}
