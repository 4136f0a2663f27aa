import Foundation

/// What the system tells of itself in files; nil where it does not.
enum SystemFile {
    static func line(_ path: String) -> String? {
        (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    static func number(_ path: String) -> Int? { line(path).flatMap { Int($0) } }
}
