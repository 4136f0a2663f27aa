import HarkWire

/// One side of what is said over a console's connection, as a value: bytes go in, steps come out. It knows no socket.
///
/// Whoever begins with `{` speaks JSON Lines; everybody else is a person with a prompt.
package struct ConsoleConversation: Sendable {
    package enum Step: Hashable, Sendable {
        /// Text to send as it is.
        case say(String)
        /// To be carried out, and answered with `answer`.
        case run(ConsoleCommand)
        /// To be closed, when all that was said has left.
        case end
    }

    private enum Mode {
        case undecided, lines, json
    }

    private let prompt: String
    private let object: String?
    private var mode = Mode.undecided
    private var input = ConsoleInput()
    private var isGreeted = false
    /// A command is being carried out.
    private var isRunning = false
    private var isInputEnded = false
    private var hasEnded = false
    /// Whether a line was read.
    private var hasRead = false
    /// What the program knows its request by.
    private var id = Value.null
    /// What was found and not yet taken.
    private var steps: [Step] = []

    /// - Parameters:
    ///   - name: what people see ahead of what they type, `> ` comes behind it.
    ///   - object: ahead of the dot in what is read and called; nil where there is no such thing.
    package init(name: String, object: String?) {
        prompt = name + "> "
        self.object = object
    }

    /// Nobody has said anything for a while: it is a person, who waits for a prompt.
    package mutating func greet() -> String {
        guard mode == .undecided, !isGreeted else { return "" }
        isGreeted = true
        return prompt
    }

    /// Nothing more will come in.
    package mutating func inputEnded() { isInputEnded = true }

    /// What is next. Takes from `bytes` what it has understood; nothing while a command is being carried out.
    package mutating func next(_ bytes: inout ArraySlice<UInt8>) -> Step? {
        while steps.isEmpty {
            guard !hasEnded, !isRunning else { return nil }
            if let byte = bytes.popFirst() {
                let line = input.take(byte)
                if mode == .undecided, let first = input.firstByte ?? line.map({ _ in 0 }) { decide(first) }
                if let line { take(line) }
            } else {
                guard isInputEnded else { return nil }
                if let line = input.end() { take(line) } else { end() }
            }
        }
        return steps.removeFirst()
    }

    /// A command was carried out, or not.
    ///
    /// - Parameter byteCountMax: what is longer is replaced by an error.
    /// - Returns: text to send as it is.
    package mutating func answer(
        _ result: Result<ConsoleAnswer, ConsoleError>, byteCountMax: Int = .max
    ) -> String {
        isRunning = false
        let text = text(of: result)
        guard text.utf8.count > byteCountMax else { return text }
        return self.text(
            of: .failure(ConsoleError("the answer is longer than \(byteCountMax) bytes", code: "limit")))
    }
}

// MARK: - Reading

extension ConsoleConversation {
    private mutating func decide(_ first: UInt8) {
        mode = first == UInt8(ascii: "{") ? .json : .lines
        switch (mode, isGreeted) {
        // A program that was slow, and taken for a person: what it reads begins on a line of its own.
        case (.json, true): steps.append(.say("\n"))
        case (.lines, false): steps.append(.say(prompt))
        default: break
        }
    }

    private mutating func take(_ line: ConsoleInput.Line) {
        guard case .whole(let bytes) = line else {
            return refuse(
                ConsoleError("the line is longer than \(ConsoleInput.byteCountMax) bytes; this console is closed"))
        }
        defer { hasRead = true }
        if mode == .json {
            takeRequest(bytes)
        } else if let text = String(validating: bytes, as: UTF8.self) {
            takeText(text)
        } else {
            fail(ConsoleError("the line is not UTF-8"))
        }
    }

    private mutating func takeText(_ line: String) {
        // A page in a browser can send here what it likes, behind lines that it cannot avoid.
        if !hasRead, line.hasSuffix(" HTTP/1.1") || line.hasSuffix(" HTTP/1.0") {
            return refuse(ConsoleError("this is no web server; this console is closed"))
        }
        do throws(ConsoleError) {
            guard let command = try ConsoleLine.command(line, object: object) else { return steps.append(.say(prompt)) }
            run(command)
        } catch { fail(error) }
    }

    private mutating func takeRequest(_ line: [UInt8]) {
        if line.isEmpty { return }
        let request = ConsoleRequest(line, object: object)
        id = request.id
        switch request.command {
        case .success(.quit):
            steps.append(.say(text(of: .success(.value(.null)))))
            end()
        case .success(let command): run(command)
        case .failure(let error): fail(error)
        }
    }

    private mutating func run(_ command: ConsoleCommand) {
        if command == .quit { return end() }
        isRunning = true
        steps.append(.run(command))
    }

    private mutating func end() {
        hasEnded = true
        steps.append(.end)
    }

    private mutating func fail(_ error: ConsoleError) { steps.append(.say(text(of: .failure(error)))) }

    /// Says why, and ends.
    private mutating func refuse(_ error: ConsoleError) {
        steps.append(.say(text(of: .failure(error), isLast: true)))
        end()
    }
}

// MARK: - Writing

extension ConsoleConversation {
    private func text(of result: Result<ConsoleAnswer, ConsoleError>, isLast: Bool = false) -> String {
        if mode == .json { return ConsoleRequest.answer(result, id: id) + "\n" }
        let lines =
            switch result {
            case .success(let answer): answer.lines
            case .failure(let error): ["error: \(error)"]
            }
        return lines.map { Self.printable($0) + "\r\n" }.joined() + (isLast ? "" : prompt)
    }

    /// What others have sent must not steer the terminal: control characters are shown and not obeyed.
    private static func printable(_ line: String) -> String {
        let isPlain = line.unicodeScalars.allSatisfy { !isControl($0) }
        if isPlain { return line }
        return line.unicodeScalars.reduce(into: "") { text, scalar in
            if isControl(scalar) {
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || 0x7F...0x9F ~= scalar.value
    }
}
