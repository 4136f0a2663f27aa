import Foundation
import Hark
import Testing

/// `hark inspect` with a console that is spoken byte by byte.
@Suite @EventLoop struct InspectTests {
    private let peers = #"[{"id":"ab","address":"127.0.0.1:4","lost":0},{"id":"cdefgh","address":null,"lost":12}]"#

    @Test func `a command's result is printed alone`() async throws {
        let console = try Original()
        let inspect = try Command("inspect", console.url, "peers")
        try await console.hear(#"{"command":"peers","arguments":[],"id":1}"# + "\n")
        try console.say(#"{"ok":true,"result":\#(peers),"id":1}"# + "\n")
        #expect(await inspect.rest() == [peers])
        #expect(await inspect.status() == 0)
        console.close()
    }

    @Test func `an answer in many parts, behind a prompt for people, is one answer`() async throws {
        let console = try Original()
        let inspect = try Command("inspect", console.url, "log", "debug")
        try await console.hear(#"{"command":"log","arguments":["debug"],"id":1}"# + "\n")
        for character in #"eventcast@host> {"ok":true,"result":null,"id":1}"# + "\n" { try console.say("\(character)") }
        #expect(await inspect.rest() == ["null"])
        console.close()
    }

    @Test func `arguments are values where they are JSON, and the name of an event is a text`() async throws {
        let console = try Original()
        let inspect = try Command("inspect", console.url, "emit", "7", "7", "x", #"{"a":[1]}"#)
        try await console.hear(#"{"command":"emit","arguments":["7",7,"x",{"a":[1]}],"id":1}"# + "\n")
        console.close()
        #expect(await inspect.status() == 3)
    }

    @Test func `with --text all arguments are texts`() async throws {
        let console = try Original()
        let inspect = try Command("inspect", console.url, "emit", "a", "7", "--text")
        try await console.hear(#"{"command":"emit","arguments":["a","7"],"id":1}"# + "\n")
        console.close()
        #expect(await inspect.status() == 3)
    }

    @Test func `a refusal is told with its reason, and status 1`() async throws {
        let console = try Original()
        let inspect = try Command("inspect", console.url, "sing")
        try await console.hear(#"{"command":"sing","arguments":[],"id":1}"# + "\n")
        try console.say(#"{"ok":false,"error":"there is no command \"sing\"","id":1}"# + "\n")
        let end = await inspect.end()
        #expect(end.status == 1)
        #expect(end.errors == "hark: there is no command \"sing\"\n")
        console.close()
    }

    @Test func `who is refused is told why`() async throws {
        let console = try Original()
        let inspect = try Command("inspect", console.url, "peers")
        try await console.hear(#"{"command":"peers","arguments":[],"id":1}"# + "\n")
        try console.say(#"{"ok":false,"error":"16 are connected, and no more may be","code":"limit","id":null}"# + "\n")
        let end = await inspect.end()
        #expect(end.status == 3)
        #expect(end.errors.contains("16 are connected"))
        console.close()
    }

    @Test func `a console that ends, or never answers, has a status of its own`() async throws {
        let console = try Original()
        let cut = try Command("inspect", console.url, "peers")
        try await console.hear(#"{"command":"peers","arguments":[],"id":1}"# + "\n")
        console.cut()
        let end = await cut.end()
        #expect(end.status == 3)
        #expect(end.errors.contains("is lost"))
        let silent = try Command("inspect", console.url, "peers", "--timeout", "0.2")
        #expect(await silent.status() == 4)
        console.close()
    }

    @Test func `lines of standard input are requests, and each is answered by a line`() async throws {
        let console = try Original()
        let inspect = try Command("inspect", console.url)
        try inspect.say(#"emit news "two words" {"a": [1, "}"]} 'as it is'"#)
        try await console.hear(
            #"{"command":"emit","arguments":["news","two words",{"a":[1,"}"]},"as it is"],"id":1}"# + "\n")
        try console.say(#"{"ok":true,"result":"written","id":1}"# + "\n")
        #expect(try await inspect.nextLine() == #"{"ok":true,"result":"written","id":1}"#)
        try inspect.say("")
        try inspect.say(#"{"command":"peers","arguments":[],"id":"mine"}"#)
        try await console.hear(#"{"command":"peers","arguments":[],"id":"mine"}"# + "\n")
        try console.say(#"{"ok":false,"error":"no","id":"mine"}"# + "\n")
        #expect(try await inspect.nextLine() == #"{"ok":false,"error":"no","id":"mine"}"#)
        try inspect.say(#"{"command":"peers"}"#)
        try await console.hear(#"{"command":"peers","id":4}"# + "\n")
        try console.say(#"{"ok":true,"result":[],"id":4}"# + "\n")
        #expect(try await inspect.nextLine() == #"{"ok":true,"result":[],"id":4}"#)
        try inspect.endInput()
        #expect(await inspect.status() == 0)
        console.close()
    }

    @Test(arguments: [
        ("{bad", "this is not JSON"), ("{\"a\":1}", "\\\"command\\\" is missing"), ("emit [1", "no other half"),
        ("emit 'a", "no other half"), ("''", "a command is missing"),
    ])
    func `a line that makes no sense is answered without being sent`(line: String, reason: String) async throws {
        let console = try Original()
        let inspect = try Command("inspect", console.url)
        try inspect.say(line)
        let answer = try await inspect.nextLine()
        #expect(
            answer.hasPrefix(#"{"ok":false,"error":"line 1 of the input: "#) && answer.contains(reason), "\(answer)")
        try inspect.say("peers")
        try await console.hear(#"{"command":"peers","arguments":[],"id":2}"# + "\n")
        inspect.signal(SIGKILL)
        console.close()
    }

    @Test func `people see tables, and leave with exit`() async throws {
        let console = try Original()
        let terminal = try Terminal()
        let inspect = try Command(
            arguments: ["inspect", console.url], terminal: terminal.end, environment: ["NO_COLOR": "1"])
        let prompted = try terminal.read(until: "hark> ")
        #expect(!prompted.contains("\u{1B}"))
        try terminal.type("peers\n")
        try await console.hear(#"{"command":"peers","arguments":[],"id":1}"# + "\n")
        try console.say(#"{"ok":true,"result":\#(peers),"id":1}"# + "\n")
        let table = try terminal.read(until: "hark> ")
        #expect(table.contains("id      address      lost\r\nab      127.0.0.1:4  0\r\ncdefgh  -            12\r\n"))
        try terminal.type("statistics\n")
        try await console.hear(#"{"command":"statistics","arguments":[],"id":2}"# + "\n")
        try console.say(#"{"ok":true,"result":{"sent":3,"dropped":{"closed":1},"bell":"\u0007"},"id":2}"# + "\n")
        let list = try terminal.read(until: "hark> ")
        #expect(list.contains("sent     3\r\ndropped\r\n  closed  1\r\nbell     \"\\u0007\"\r\n"))
        try terminal.type("exit\n")
        #expect(await inspect.status() == 0)
        console.close()
    }
}

extension Value {
    /// Reads JSON text.
    init(json text: some StringProtocol) throws {
        let text = ContiguousArray(text.utf8)
        self = try text.span.bytes.withUnsafeBytes { try JSONReader.value(of: $0) }
    }
}
