/// Names say what a thing is for. Some words say nothing.
struct WordsInNames: Rule {
    private static let banned: Set = [
        "Manager", "Helper", "Util", "Common", "Misc", "Base", "New", "Deprecated",
    ]

    private static let types = Pattern(#"\b(?:struct|class|enum|actor|protocol|typealias|associatedtype)\s+(\w+)"#)
    private static let words = Pattern(#"[A-Z]?[a-z0-9]+|[A-Z0-9]+(?![a-z])"#)

    func findings(in file: SourceFile) -> [Finding] {
        guard Paths.swift.contains(file.path) else { return [] }
        let types = Self.types.matches(in: file.code).map { (name: $0.groups[0], line: $0.line) }
        return ([(file.stem, 1)] + types).flatMap { name, line in
            Self.words.matches(in: name).map(\.text).filter(Self.isBanned).map { word in
                file.finding(line, "`\(word)` in the name `\(name)`", "name the role it plays")
            }
        }
    }

    private static func isBanned(_ word: String) -> Bool {
        banned.contains(word) || banned.contains { word == $0 + "s" || word == $0 + "ities" }
    }

    let bad: [Repository] = [
        ["Sources/Hark/A.swift": "final class ConnectionManager {}"],
        ["Sources/Hark/StringUtils.swift": ""],
        ["Sources/Hark/A.swift": "struct NewParser {}"],
        ["Tests/HarkTests/A.swift": "enum HTTPHelper {}"],
    ]
    let good: [Repository] = [
        ["Sources/Hark/A.swift": "struct NewlineFraming { let new = Base64() }\nenum Newest {}"],
        ["Sources/Hark/A.swift": "// the struct Manager is gone"],
    ]
}
