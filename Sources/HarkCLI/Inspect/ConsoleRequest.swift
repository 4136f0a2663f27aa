import Hark

/// One request to an admin console, as a line of its JSON Lines mode.
struct ConsoleRequest: Sendable {
    /// What is wrong with a line, and what to write instead.
    struct Refusal: Error {
        let reason: String
    }

    /// What the answer to it has as well.
    let id: Value
    let line: Value

    private init(_ id: Value, _ line: Value) {
        self.id = id
        self.line = line
    }

    init(_ command: String, _ arguments: [Value], id: Value) {
        self.init(id, ["command": .string(command), "arguments": .array(arguments), "id": id])
    }

    /// Reads words as they are typed, such as `emit news "two words" {"a": 1}`, or a whole request as an object.
    ///
    /// - Parameter number: of the line, which is the id unless it has one.
    init(line text: String, number: Int) throws(Refusal) {
        guard text.first(where: { !$0.isWhitespace }) == "{" else {
            let words = try Self.words(of: text)
            guard let command = words.first, !command.isEmpty else { throw Refusal(reason: "a command is missing") }
            self.init(
                command, Self.arguments(of: command, Array(words.dropFirst())), id: .int(Int64(number)))
            return
        }
        let value: Value
        do throws(JSONError) {
            value = try Value(json: text.utf8)
        } catch {
            throw Refusal(reason: "this is not JSON: \(error)")
        }
        guard let fields = value.object, fields["command"]?.string != nil else {
            throw Refusal(reason: "\"command\" is missing; write {\"command\":\"help\",\"arguments\":[]}")
        }
        if let id = fields["id"] {
            self.init(id, value)
        } else {
            let id = Value.int(Int64(number))
            self.init(id, .object(Value.Object(fields.map { ($0.key, $0.value) } + [("id", id)])))
        }
    }

    /// What is JSON is that value, everything else a text; so is the name of an event.
    static func arguments(of command: String, _ words: [String]) -> [Value] {
        words.enumerated().map { index, word in
            let value = try? Value(json: word.utf8)
            if command == "emit", index == 0 { return .string(value?.string ?? word) }
            return value ?? .string(word)
        }
    }

    /// Cuts at white space, but not within quotes, brackets and braces. Single quotes are taken off.
    private static func words(of text: String) throws(Refusal) -> [String] {
        var words: [String] = []
        var word = ""
        var quote: Character?
        var depth = 0
        var isEscaped = false
        var isWord = false
        for character in text {
            if let open = quote {
                let isClosing = character == open && !isEscaped
                // In single quotes nothing is special, as in a shell.
                if open == "\"" || !isClosing { word.append(character) }
                if isClosing { quote = nil }
                isEscaped = open == "\"" && character == "\\" && !isEscaped
                continue
            }
            switch character {
            case "\"":
                quote = character
                word.append(character)
                isWord = true
            case "'" where depth == 0:
                quote = character
                isWord = true
            case _ where character.isWhitespace && depth == 0:
                if isWord { words.append(word) }
                word = ""
                isWord = false
            default:
                if "[{".contains(character) { depth += 1 }
                if "]}".contains(character) { depth -= 1 }
                word.append(character)
                isWord = true
            }
        }
        guard quote == nil, depth == 0 else { throw Refusal(reason: "a quote or bracket has no other half") }
        return isWord ? words + [word] : words
    }
}
