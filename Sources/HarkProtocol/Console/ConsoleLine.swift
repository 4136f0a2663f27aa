import HarkWire

/// A command as somebody types it. With an object `eventcast`:
///
///     emit news "text" 17
///     eventcast.emit("news", "text", 17)
///     eventcast.status
package enum ConsoleLine {
    /// What people write who know other consoles.
    private static let otherNames = ["exit": ConsoleVerb.quit, ".exit": .quit, "?": .help, ".help": .help]

    /// Reads a line.
    ///
    /// - Parameter object: ahead of the dot in what is read and called; nil where there is no such thing.
    /// - Returns: nil for a blank line.
    package static func command(_ line: String, object: String?) throws(ConsoleError) -> ConsoleCommand? {
        let line = trimmed(line[...])
        if line.isEmpty { return nil }
        if let object, line.hasPrefix(object + ".") { return try member(line.dropFirst(object.count + 1), object) }
        let word = line.prefix { !isSpace($0) }
        guard let verb = ConsoleVerb(rawValue: String(word)) ?? otherNames[String(word)] else {
            return .unknown(String(word))
        }
        let rest = trimmed(line.dropFirst(word.count))
        return try ConsoleCommand(verb, verb == .emit ? event(rest) : words(rest))
    }

    private static func words(_ text: Substring) -> [Value] {
        text.split(whereSeparator: isSpace).map { .string(String($0)) }
    }

    // MARK: Members

    private static func member(_ text: Substring, _ object: String) throws(ConsoleError) -> ConsoleCommand {
        var text = text
        // As in programs.
        if text.last == ";" { text = trimmed(text.dropLast()) }
        let name = text.prefix { $0 != "(" && !isSpace($0) }
        let rest = trimmed(text.dropFirst(name.count))
        guard !name.isEmpty, rest.isEmpty || rest.first == "(" && rest.last == ")" && rest.count > 1 else {
            throw ConsoleError("write \(object).NAME, or \(object).NAME(JSON, …) and nothing behind it")
        }
        guard !rest.isEmpty else { return .read(String(name)) }
        let array = try value("[" + rest.dropFirst().dropLast() + "]", offset: -1)
        return .call(String(name), array.array ?? [])
    }

    // MARK: Events

    /// A name, as a word or as JSON, and values.
    private static func event(_ text: Substring) throws(ConsoleError) -> [Value] {
        var rest = text
        var arguments: [Value] = []
        while let token = nextToken(&rest) {
            let isWord = arguments.isEmpty && token.first != "\""
            arguments.append(isWord ? .string(String(token)) : try value(token))
        }
        return arguments
    }

    /// What stands before the next space that is not within a string or brackets.
    private static func nextToken(_ text: inout Substring) -> Substring? {
        text = text.drop(while: isSpace)
        if text.isEmpty { return nil }
        var depth = 0
        var isQuoted = false
        var isEscaped = false
        var end = text.utf8.startIndex
        let bytes = text.utf8
        while end < bytes.endIndex {
            let byte = bytes[end]
            if isQuoted {
                if byte == UInt8(ascii: "\""), !isEscaped { isQuoted = false }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            } else if byte == UInt8(ascii: "\"") {
                isQuoted = true
            } else if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
                depth += 1
            } else if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") {
                depth -= 1
            } else if depth <= 0, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
                break
            }
            end = bytes.index(after: end)
        }
        let token = text[..<end]
        text = text[end...]
        return token
    }

    // MARK: Parts

    /// - Parameter offset: is added to places in `text`, so that they are those in what was typed.
    private static func value(_ text: some StringProtocol, offset: Int = 0) throws(ConsoleError) -> Value {
        do {
            return try json(Array(text.utf8))
        } catch {
            let typed = JSONError(error.reason, at: max(0, error.offset + offset))
            throw ConsoleError("the arguments are not JSON: \(typed); strings stand in double quotes")
        }
    }

    /// A text of JSON, `{"$bytes":"…"}` being bytes.
    static func json(_ text: [UInt8]) throws(JSONError) -> Value {
        let result: Result<Value, JSONError> = text.withUnsafeBytes { text in
            do throws(JSONError) {
                return .success(try JSONReader.value(of: text, options: .init(readsBytes: true)))
            } catch { return .failure(error) }
        }
        return try result.get()
    }

    private static func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text = text.dropLast() }
        return text
    }
}
