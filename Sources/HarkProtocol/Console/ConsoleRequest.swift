package import HarkWire

/// A command as a program writes it: `{"command":…,"arguments":[…],"id":…}` on a line of its own. It is answered by
/// `{"ok":true,"result":…,"id":…}` or `{"ok":false,"error":…,"code":…,"id":…}`.
///
/// The arguments are those of the line, in order. A member of the object is a command too, `eventcast.status`; with
/// arguments, be they none, it is a call.
package struct ConsoleRequest: Sendable {
    /// Whatever the program wants to know the answer by; null when it does not say.
    package let id: Value
    package let command: Result<ConsoleCommand, ConsoleError>

    package init(_ line: [UInt8], object: String?) {
        let request: Value
        do {
            request = try ConsoleLine.json(line)
        } catch {
            id = .null
            command = .failure(ConsoleError("the line is not JSON: \(error)"))
            return
        }
        id = request["id"] ?? .null
        do throws(ConsoleError) {
            command = .success(try Self.command(request, object))
        } catch { command = .failure(error) }
    }

    private static func command(_ request: Value, _ object: String?) throws(ConsoleError) -> ConsoleCommand {
        guard case .string(let name)? = request["command"] else {
            throw ConsoleError(#"the command is missing; write {"command":"help"}"#)
        }
        let arguments = request["arguments"]
        guard arguments == nil || arguments?.array != nil else {
            throw ConsoleError(#"the arguments are no array; write {"command":"emit","arguments":["NAME",1,2]}"#)
        }
        if let object, name.hasPrefix(object + ".") {
            let member = String(name.dropFirst(object.count + 1))
            return arguments?.array.map { .call(member, $0) } ?? .read(member)
        }
        guard let verb = ConsoleVerb(rawValue: name) else { return .unknown(name) }
        return try ConsoleCommand(verb, arguments?.array ?? [])
    }

    /// The line that says what came of it, without its end.
    package static func answer(_ result: Result<ConsoleAnswer, ConsoleError>, id: Value) -> String {
        switch result {
        case .success(let answer): "\(Value.object(["ok": true, "result": answer.value, "id": id]))"
        case .failure(let error):
            "\(Value.object(["ok": false, "error": .string("\(error)"), "code": .string(error.code), "id": id]))"
        }
    }
}
