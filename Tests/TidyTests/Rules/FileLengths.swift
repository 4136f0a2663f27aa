/// A file that is read in one sitting.
struct FileLengths: Rule {
    /// Lines; about what fits a reader's memory.
    private static let lineCountMax = 400

    func findings(in file: SourceFile) -> [Finding] {
        guard Paths.swift.contains(file.path) else { return [] }
        let count = file.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().count
        guard count > Self.lineCountMax else { return [] }
        return [file.finding(Self.lineCountMax + 1, "a file of \(count) lines", "split it by reason to change")]
    }

    let bad: [Repository] = [["Sources/Hark/A.swift": String(repeating: "\n", count: lineCountMax + 1)]]
    let good: [Repository] = [
        ["Sources/Hark/A.swift": String(repeating: "\n", count: lineCountMax)],
        ["README.md": String(repeating: "\n", count: lineCountMax + 1)],
    ]
}
