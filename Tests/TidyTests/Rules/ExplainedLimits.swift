/// Every limit and default has a comment with its unit and the reason for its size.
struct ExplainedLimits: Rule {
    private static let limits = Pattern(
        #"^[^\n]*\bstatic\b[\w() ]*\b(?:let|var)\s+(\w*(?:Max|Min|Limit|Default))\b"#)

    func findings(in file: SourceFile) -> [Finding] {
        guard file.target != nil, file.isSwift else { return [] }
        return Self.limits.matches(in: file.code).filter { !file.hasComment(above: $0.line) }.map { match in
            file.finding(match.line, "`\(match.groups[0])` without a reason", "say above it why it has this size")
        }
    }

    let bad: [Repository] = [
        ["Sources/HarkWire/A.swift": "enum A {\n    static let depthMax = 64\n}"],
        ["Sources/HarkWire/A.swift": "enum A {\n    @inlinable package static var aLimit: Int { 64 } // bytes\n}"],
        ["Sources/HarkWire/A.swift": "/// Yes.\nstatic let aMax = 1\nstatic nonisolated let delayDefault = 1"],
    ]
    let good: [Repository] = [
        ["Sources/HarkWire/A.swift": "enum A {\n    /// Ours.\n    @usableFromInline\n    static let depthMax = 64\n}"],
        ["Sources/HarkWire/A.swift": "let depthMax = 64\nstatic let maximal = 1"],
    ]
}
