import Foundation

/// A regular expression that knows on which lines it found something.
struct Pattern: Sendable {
    /// One place where the pattern was found, with its groups; a group that took no part is empty.
    struct Match {
        /// Counted from 1, where the match begins.
        let line: Int
        let utf8Offset: Int
        let text: String
        let groups: [String]
    }

    private let expression: NSRegularExpression

    /// Matches any of the alternatives; `^` and `$` stand for the ends of a line.
    init(_ alternatives: String...) {
        let source = alternatives.joined(separator: "|")
        do {
            expression = try NSRegularExpression(pattern: source, options: .anchorsMatchLines)
        } catch {
            preconditionFailure("\(source) is no regular expression: \(error)")
        }
    }

    func isFound(in text: String) -> Bool {
        expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }

    func matches(in text: String) -> [Match] {
        var line = 1
        var counted = text.startIndex
        return expression.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap { result in
            guard let range = Range(result.range, in: text) else { return nil }
            line += text.utf8[counted..<range.lowerBound].count { $0 == UInt8(ascii: "\n") }
            counted = range.lowerBound
            let groups = (0..<result.numberOfRanges).dropFirst().map { index in
                Range(result.range(at: index), in: text).map { String(text[$0]) } ?? ""
            }
            let offset = text.utf8.distance(from: text.startIndex, to: range.lowerBound)
            return Match(line: line, utf8Offset: offset, text: String(text[range]), groups: groups)
        }
    }
}
