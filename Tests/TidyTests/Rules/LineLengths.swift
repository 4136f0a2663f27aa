/// Lines that fit two windows side by side.
struct LineLengths: Rule {
    /// Characters; the same number as in `.swift-format`, which leaves long literals and comments alone.
    private static let characterCountMax = 120

    func findings(in file: SourceFile) -> [Finding] {
        guard Paths.swift.contains(file.path) else { return [] }
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.enumerated().compactMap { index, line in
            // The bytes are counted first: it is quick, and there are never fewer of them than characters.
            guard line.utf8.count > Self.characterCountMax, line.count > Self.characterCountMax else { return nil }
            return file.finding(index + 1, "a line of \(line.count) characters", "break it")
        }
    }

    let bad: [Repository] = [["Sources/Hark/A.swift": "\n//" + String(repeating: "é", count: characterCountMax - 1)]]
    let good: [Repository] = [["Sources/Hark/A.swift": "//" + String(repeating: "é", count: characterCountMax - 2)]]
}
