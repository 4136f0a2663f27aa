import HarkProtocol
import HarkWire
import Testing

struct ConsoleAnswerTests {
    @Test func `a table has a column for each field, as wide as what is in it`() {
        let answer = ConsoleAnswer.table([
            ["id": "a", "address": "10.0.0.1"], ["id": "long one", "port": 5, "address": nil],
        ])
        #expect(answer.lines == ["id        address   port", "a         10.0.0.1  -", "long one  -         5"])
        #expect(ConsoleAnswer.table([]).lines == ["none"])
    }

    @Test func `a record has a line for each field`() {
        let answer = ConsoleAnswer.record(["sent": 12, "refused": ["malformed": 1]])
        #expect(answer.lines == ["sent     12", #"refused  {"malformed":1}"#])
        #expect(answer.value == ["sent": 12, "refused": ["malformed": 1]])
        #expect(ConsoleAnswer.record([:]).lines == [])
    }

    @Test func `a value is a line of JSON, and a text is itself`() {
        #expect(ConsoleAnswer.value(true).lines == ["true"])
        #expect(ConsoleAnswer.value(["a\nb", 1]).lines == [#"["a\nb",1]"#])
        #expect(ConsoleAnswer.text("written").lines == ["written"])
        #expect(ConsoleAnswer.text("written").value == "written")
    }
}
