/// What is public is a promise, and a promise is written down.
struct DocumentedPublics: Rule {
    private static let publics = Pattern(#"^(?:[ \w@]|\(\w*\))*\bpublic\b(?!\s*\(|\s+import\b)[^\n{=]*"#)

    func findings(in file: SourceFile) -> [Finding] {
        guard file.target != nil, file.isSwift else { return [] }
        return Self.publics.matches(in: file.code).filter { !file.hasComment(above: $0.line) }.map { match in
            let declaration = match.text.split(separator: " ").joined(separator: " ")
            return file.finding(
                match.line, "`\(declaration)` without a doc comment", "say what it does, with units and errors")
        }
    }

    let bad: [Repository] = [
        ["Sources/Hark/A.swift": "public struct A {\n    /// Yes.\n    public let b: Int\n}"],
        ["Sources/Hark/A.swift": "/// Yes.\npublic struct A {\n\n    @inlinable public init() {}\n}"],
        ["Sources/Hark/A.swift": "/// Too far away.\n\n@EventLoop\npublic final class A {}"],
        ["Sources/Hark/A.swift": "extension A {\n    static public func == (a: A, b: A) -> Bool { true }\n}"],
    ]
    let good: [Repository] = [
        ["Sources/Hark/A.swift": "/// Yes.\n@EventLoop\npublic final class A {}\npackage var b = 1"],
        ["Sources/Hark/A.swift": "@_exported public import HarkWire\npublic import Logging"],
        ["Sources/Hark/A.swift": "/// Yes.\npublic private(set) var a = 1\nlet b = \"public var\""],
        ["Tests/HarkTests/A.swift": "public struct A {}"],
    ]
}
