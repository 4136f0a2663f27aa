/// A file of the repository: its text, and the same text with only its code or only its comments left.
struct SourceFile: Sendable {
    /// Relative to the root, with slashes.
    let path: String
    let text: String
    let code: String
    let comments: String

    init(path: String, text: String) {
        let lexer = SourceLexer(text)
        self.path = path
        self.text = text
        code = String(decoding: lexer.code, as: UTF8.self)
        comments = String(decoding: lexer.comments, as: UTF8.self)
    }

    var isSwift: Bool { path.hasSuffix(".swift") }

    /// `ByteWriter+Integers` of `Sources/HarkWire/Bytes/ByteWriter+Integers.swift`.
    var stem: String {
        let name = path.split(separator: "/").last ?? ""
        return String(name.prefix { $0 != "." })
    }

    /// The target the file belongs to: `HarkWire` of `Sources/HarkWire/Bytes/ByteWriter.swift`.
    var target: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
    }

    /// Whether a comment ends right above a line, counted from 1. Attributes may stand between the two.
    func hasComment(above line: Int) -> Bool {
        let codeLines = code.split(separator: "\n", omittingEmptySubsequences: false)
        let commentLines = comments.split(separator: "\n", omittingEmptySubsequences: false)
        var index = line - 2
        while index >= 0, codeLines[index].drop(while: { $0 == " " }).first == "@" { index -= 1 }
        guard index >= 0 else { return false }
        return codeLines[index].allSatisfy { $0 == " " } && commentLines[index].contains { $0 != " " }
    }
}
