import Foundation

/// The sources speak of the project alone, never of the machine somebody wrote them on.
struct MachinePaths: Rule {
    private static let strangers = Pattern(
        #"(?<![\w.~-])/(?:home|Users|root|mnt|build)/"#,
        #"https?://[\w.-]*\b(?:registry|mirror|artifactory|nexus|internal)\b"#)

    /// Where this clone happens to lie, unless that is a place everybody has.
    private let ownPaths = [Repository.root.standardizedFileURL.path, NSHomeDirectory()]
        .filter { $0.split(separator: "/").count > 1 }

    func findings(in file: SourceFile) -> [Finding] {
        var lines = Self.strangers.matches(in: file.text).map(\.line)
        for (index, line) in file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if ownPaths.contains(where: { line.contains($0) }) { lines.append(index + 1) }
        }
        return lines.map { line in
            file.finding(line, "a path or host of one machine", "use a relative path or a public address")
        }
    }

    let bad: [Repository] = [
        ["Sources/Hark/A.swift": "let path = \"/\("home")/ann/hark\""],
        ["README.md": "cd \(Repository.root.path)"],
        ["Package.swift": "\"https:/\("/registry").example.org/a\""],
    ]
    let good: [Repository] = [
        ["README.md": "unix:///tmp/hark.sock, /usr/bin/env, docs/home/a, https://github.com/apple/swift-log"]
    ]
}
