import HarkProtocol
import HarkWire
import Testing

struct ConsoleRequestTests {
    private func request(_ line: String) -> ConsoleRequest { ConsoleRequest(Array(line.utf8), object: "eventcast") }

    @Test(
        arguments: [
            (#"{"command":"peers"}"#, .peers, nil), (#"{"id":"x","command":"peers","arguments":[]}"#, .peers, "x"),
            (#"{"command":"emit","arguments":["a",1,"b"],"id":[1]}"#, .emit("a", [1, "b"]), [1]),
            (#"{"command":"log","arguments":["repl","debug"],"id":1}"#, .log(["repl", "debug"]), 1),
            (#"{"command":"eventcast.status","id":2}"#, .read("status"), 2),
            (#"{"command":"eventcast.stop","arguments":[],"id":3}"#, .call("stop", []), 3),
            (#"{"command":"other.stop","arguments":[],"id":3}"#, .unknown("other.stop"), 3),
        ] as [(String, ConsoleCommand, Value)])
    func `a request is a command`(line: String, command: ConsoleCommand, id: Value) throws {
        let request = request(line)
        #expect(try request.command.get() == command)
        #expect(request.id == id)
    }

    @Test(
        arguments: [
            ("{", "the line is not JSON: expected a key in quotes at byte 1", nil),
            (#"{"id":1}"#, #"the command is missing; write {"command":"help"}"#, 1),
            (#"{"command":7,"id":1}"#, #"the command is missing; write {"command":"help"}"#, 1),
            ("[1]", #"the command is missing; write {"command":"help"}"#, nil),
            (
                #"{"command":"emit","arguments":{"a":1},"id":1}"#,
                #"the arguments are no array; write {"command":"emit","arguments":["NAME",1,2]}"#, 1
            ),
            (#"{"command":"emit","arguments":[1]}"#, "the name of the event is missing; write emit NAME [JSON]…", nil),
            (
                #"{"command":"log","arguments":[1]}"#,
                "these arguments do not go with log; write log [COMPONENT] [LEVEL]", nil
            ),
        ] as [(String, String, Value)])
    func `a request that makes no sense is refused with the reason, and its id`(
        line: String, reason: String, id: Value
    ) {
        let request = request(line)
        #expect(throws: ConsoleError(reason)) { try request.command.get() }
        #expect(request.id == id)
    }

    @Test func `an answer is one line, whatever is in it`() {
        #expect(ConsoleRequest.answer(.success(.text("a\nb")), id: 7) == #"{"ok":true,"result":"a\nb","id":7}"#)
        #expect(
            ConsoleRequest.answer(.failure(ConsoleError("no", code: "limit")), id: nil)
                == #"{"ok":false,"error":"no","code":"limit","id":null}"#)
    }
}
