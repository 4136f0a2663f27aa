import Foundation

/// The Swift of this target, which the compiler has accepted.
struct CompiledCode: Sendable {
    private let files: [[String]]

    init(files: [String]) { self.files = files.map(Self.lines) }

    /// The files in `Snippets`.
    static let snippets = Result {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Snippets")
        let urls = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return CompiledCode(files: try urls.map { try String(contentsOf: $0, encoding: .utf8) })
    }

    /// Whether one of the files has these lines one after the other. Indentation, blank lines and imports do not count:
    /// they belong to the place where code stands.
    func contains(_ code: String) -> Bool {
        let wanted = Self.lines(of: code)
        return !wanted.isEmpty
            && files.contains { lines in
                lines.indices.contains { lines[$0...].starts(with: wanted) }
            }
    }

    private static func lines(of code: String) -> [String] {
        code.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("import ") }
    }
}
