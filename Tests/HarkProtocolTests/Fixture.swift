import Foundation

/// Files beside the tests.
enum Fixture {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The files of a fuzzer's corpus.
    static func corpus(_ decoder: String) throws -> [(name: String, bytes: [UInt8])] {
        let folder = root.appending(path: "Tests/Fuzz/Corpus/\(decoder)")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
            (name, [UInt8](try Data(contentsOf: folder.appending(path: name))))
        }
    }
}
