/// A function, initialiser or computed property that is seen without scrolling.
struct FunctionLengths: Rule {
    /// Lines, from the one with the name to the closing brace.
    private static let lineCountMax = 70

    func findings(in file: SourceFile) -> [Finding] {
        guard Paths.swift.contains(file.path) else { return [] }
        return file.bodies.filter { $0.lineCount > Self.lineCountMax }.map { body in
            file.finding(body.line, "a function of \(body.lineCount) lines", "give its steps names of their own")
        }
    }

    private static func function(lineCount: Int) -> String {
        "func a()\n{" + String(repeating: "\n", count: lineCount - 2) + "}\n"
    }

    let bad: [Repository] = [
        ["Sources/Hark/A.swift": function(lineCount: lineCountMax + 1)],
        ["Tests/HarkTests/A.swift": function(lineCount: lineCountMax + 1)],
    ]
    let good: [Repository] = [["Sources/Hark/A.swift": function(lineCount: lineCountMax)]]
}
