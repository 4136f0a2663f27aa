import Foundation

/// Files the rules look at: the ones of this repository, or a few made up for an example.
struct Repository: Sendable, ExpressibleByDictionaryLiteral {
    let files: [SourceFile]

    init(dictionaryLiteral texts: (String, String)...) {
        files = texts.map { SourceFile(path: $0, text: $1) }
    }

    /// Reads what lies under `root` and is text that people write. Hidden folders and build products are passed over.
    init(root: URL) throws {
        let kinds: Set = ["swift", "c", "h", "md", "sh", "json", "modulemap", "tutorial"]
        let names: Set = ["Makefile", ".swift-format", ".editorconfig"]
        let prefix = root.standardizedFileURL.path + "/"
        let ci = try String(contentsOf: root.appending(path: ".ci/run"), encoding: .utf8)
        var files = [SourceFile(path: ".ci/run", text: ci)]
        let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        while let url = walk?.nextObject() as? URL {
            let name = url.lastPathComponent
            if url.hasDirectoryPath, name.hasPrefix(".") || name == "Fixtures" || name == "Corpus" {
                walk?.skipDescendants()
            } else if kinds.contains(url.pathExtension) || names.contains(name) {
                let path = String(url.standardizedFileURL.path.dropFirst(prefix.count))
                files.append(SourceFile(path: path, text: try String(contentsOf: url, encoding: .utf8)))
            }
        }
        self.files = files.sorted { $0.path < $1.path }
    }

    /// The folder that holds `Package.swift`.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// This repository, read once.
    static let current = Result { try Repository(root: root) }
}
