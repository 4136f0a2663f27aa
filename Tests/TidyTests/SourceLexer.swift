/// Sets the code of a source text apart from its comments and from what its literals say.
///
/// Both results have as many lines as the text, so that a line number means the same in all three. Blanks stand for
/// what was taken out. The quotes of a literal and the code in its interpolations remain code; what stands between
/// backticks is a name and is blanked. Bare `/…/` patterns are not known; a string that is not closed ends with its
/// line.
struct SourceLexer {
    private let bytes: [UInt8]
    private var position = 0
    private(set) var code: [UInt8]
    private(set) var comments: [UInt8]

    init(_ text: String) {
        bytes = Array(text.utf8)
        code = bytes.map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }
        comments = code
        readCode(inInterpolation: false)
    }
}

// MARK: - Where we are

extension SourceLexer {
    private func isNext(_ text: StaticString, after offset: Int = 0) -> Bool {
        let start = position + offset
        let count = text.utf8CodeUnitCount
        guard start + count <= bytes.count else { return false }
        return text.withUTF8Buffer { $0.elementsEqual(bytes[start..<start + count]) }
    }

    private func poundCount(after offset: Int = 0) -> Int {
        bytes[min(position + offset, bytes.count)...].prefix { $0 == UInt8(ascii: "#") }.count
    }

    private mutating func keep(_ count: Int = 1) {
        for index in position..<min(position + count, bytes.count) { code[index] = bytes[index] }
        position += count
    }

    private mutating func comment(_ count: Int = 1) {
        for index in position..<min(position + count, bytes.count) { comments[index] = bytes[index] }
        position += count
    }
}

// MARK: - What stands here

extension SourceLexer {
    /// Reads to the end or, in an interpolation, to the parenthesis that closes it.
    private mutating func readCode(inInterpolation: Bool) {
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "/") where isNext("//"): readLineComment()
            case UInt8(ascii: "/") where isNext("/*"): readBlockComment()
            case UInt8(ascii: "\""): readString(pounds: 0)
            case UInt8(ascii: "#"): readPounds()
            case UInt8(ascii: "`"): readBackticks()
            case UInt8(ascii: "("):
                depth += 1
                keep()
            case UInt8(ascii: ")"):
                if inInterpolation, depth == 0 { return }
                depth -= 1
                keep()
            default: keep()
            }
        }
    }

    private mutating func readLineComment() {
        while position < bytes.count, !isNext("\n") { comment() }
    }

    private mutating func readBlockComment() {
        var depth = 0
        repeat {
            if isNext("/*") {
                depth += 1
                comment(2)
            } else if isNext("*/") {
                depth -= 1
                comment(2)
            } else {
                comment()
            }
        } while depth > 0 && position < bytes.count
    }

    private mutating func readPounds() {
        let pounds = poundCount()
        if isNext("\"", after: pounds) {
            keep(pounds)
            readString(pounds: pounds)
        } else if isNext("/", after: pounds), pounds > 0 {
            position += pounds + 1
            while position < bytes.count, !(isNext("/") && poundCount(after: 1) >= pounds) { position += 1 }
            position += pounds + 1
        } else {
            keep(pounds)
        }
    }

    private mutating func readBackticks() {
        position += 1
        while position < bytes.count, !isNext("`"), !isNext("\n") { position += 1 }
        if isNext("`") { position += 1 }
    }

    private mutating func readString(pounds: Int) {
        let isMultiline = isNext("\"\"\"")
        let quotes = isMultiline ? 3 : 1
        keep(quotes)
        while position < bytes.count {
            if isMultiline ? isNext("\"\"\"") : isNext("\""), poundCount(after: quotes) >= pounds {
                keep(quotes + pounds)
                return
            }
            if !isMultiline, isNext("\n") { return }
            if isNext("\\"), poundCount(after: 1) >= pounds {
                readEscape(pounds: pounds)
            } else {
                position += 1
            }
        }
    }

    private mutating func readEscape(pounds: Int) {
        position += 1 + pounds
        guard isNext("(") else {
            position += 1
            return
        }
        keep()
        readCode(inInterpolation: true)
        keep()
    }
}
