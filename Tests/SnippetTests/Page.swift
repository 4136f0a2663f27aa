import Foundation

/// A page of the documentation.
struct Page: Sendable, CustomStringConvertible {
    /// The path in the repository.
    let description: String
    let text: String

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    init(_ path: String) throws {
        description = path
        text = try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
    }

    init(_ description: String, text: String) {
        self.description = description
        self.text = text
    }

    /// The readme and the documentation catalogue.
    static let all = Result {
        let catalogue = "Sources/Hark/Hark.docc"
        let names = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: catalogue).path)
        let pages = names.filter { $0.hasSuffix(".md") }.sorted().map { "\(catalogue)/\($0)" }
        return try (["README.md"] + pages).map { try Page($0) }
    }

    /// All that is fenced as Swift.
    var blocks: [SwiftBlock] {
        var blocks: [SwiftBlock] = []
        var fence: (language: String, line: Int, code: [Substring])?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.drop(while: \.isWhitespace).hasPrefix("```") else {
                fence?.code.append(line)
                continue
            }
            if let (language, line, code) = fence {
                if language == "swift" {
                    blocks.append(SwiftBlock(description: "\(self):\(line)", code: code.joined(separator: "\n")))
                }
                fence = nil
            } else {
                let language = line.drop { $0.isWhitespace || $0 == "`" }
                fence = (String(language), index + 2, [])
            }
        }
        return blocks
    }
}
