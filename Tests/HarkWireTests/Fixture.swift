import Foundation
import Testing

/// Files beside the tests.
enum Fixture {
    static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    /// The lines of a fixture that are neither empty nor comments, taken apart at the first colon.
    static func lines(_ path: String) -> [(name: String, text: String)] {
        guard let text = try? String(contentsOf: tests.appending(path: "Fixtures/\(path)"), encoding: .utf8) else {
            return []
        }
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), String(parts[1].dropFirst()))
        }
    }

    /// The files of a fuzzer's corpus.
    static func corpus(_ decoder: String) throws -> [(name: String, bytes: [UInt8])] {
        let folder = tests.appending(path: "Fuzz/Corpus/\(decoder)")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
            (name, [UInt8](try Data(contentsOf: folder.appending(path: name))))
        }
    }

    /// The bytes of a text in which \xNN stands for a byte.
    static func bytes(_ text: String) -> [UInt8] {
        let source = Array(text.utf8)
        var bytes: [UInt8] = []
        var index = 0
        while index < source.count {
            let isByte = index + 3 < source.count && source[index] == 0x5C && source[index + 1] == 0x78
            let digits = isByte ? String(decoding: source[index + 2...index + 3], as: UTF8.self) : ""
            if let byte = UInt8(digits, radix: 16) {
                bytes.append(byte)
                index += 4
            } else {
                bytes.append(source[index])
                index += 1
            }
        }
        return bytes
    }
}
