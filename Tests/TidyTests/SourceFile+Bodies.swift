/// Functions, initialisers and computed properties with their length.
extension SourceFile {
    /// What has braces and runs, from its first line to its closing brace. Found by its braces, not by a parser: a
    /// declaration without braces, as in a protocol, ends where the next declaration begins.
    var bodies: [(line: Int, lineCount: Int)] {
        let scalars = Array(code.utf8)
        return Self.bodyStart.matches(in: code).compactMap { match in
            guard let open = Self.openingBrace(in: scalars, from: match.utf8Offset + match.text.utf8.count) else {
                return nil
            }
            var depth = 0
            var line = match.line
            for index in match.utf8Offset..<scalars.count {
                if scalars[index] == UInt8(ascii: "\n") { line += 1 }
                guard index >= open else { continue }
                if scalars[index] == UInt8(ascii: "{") { depth += 1 }
                if scalars[index] == UInt8(ascii: "}") { depth -= 1 }
                if depth == 0 { return (match.line, line - match.line + 1) }
            }
            return nil
        }
    }

    private static let bodyStart = Pattern(
        #"(?<![.\w])(?:func\b|init\b|deinit\b|subscript\b|var\s+\w+\s*:[^=\n{]*(?=\{(?!\s*(?:get|set)\b[\w\s]*\})))"#)

    private static let nextDeclaration = Pattern(
        #"^\s*[@}#]"#,
        #"^\s*(?:public|package|internal|private|fileprivate|static|final|mutating|nonisolated)\b"#,
        #"^\s*(?:var|let|func|init|deinit|subscript|case|typealias|associatedtype)\b"#,
        #"^\s*(?:struct|class|enum|actor|protocol|extension)\b"#)

    /// The brace that opens the body of a declaration whose name or parameters begin at `start`.
    private static func openingBrace(in code: [UInt8], from start: Int) -> Int? {
        var depth = 0
        for index in start..<code.count {
            switch code[index] {
            case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "{") where depth == 0: return index
            case UInt8(ascii: "}") where depth == 0: return nil
            case UInt8(ascii: "\n") where depth == 0:
                let line = code[(index + 1)...].prefix { $0 != UInt8(ascii: "\n") }
                if nextDeclaration.isFound(in: String(decoding: line, as: UTF8.self)) { return nil }
            default: break
            }
        }
        return nil
    }
}
