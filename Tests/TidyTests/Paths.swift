import Foundation

/// Paths a rule speaks of, each with the reason why: `["Sources/HarkWire/Bytes/*": "bytes live here"]`.
/// A star stands for any text, slashes included.
struct Paths: ExpressibleByDictionaryLiteral, Sendable {
    private let globs: [String]

    init(dictionaryLiteral reasons: (String, String)...) {
        globs = reasons.map { glob, reason in
            precondition(!reason.isEmpty, "\(glob) is listed without a reason")
            return glob
        }
    }

    init(_ globs: String...) { self.globs = globs }

    func contains(_ path: String) -> Bool {
        globs.contains { fnmatch($0, path, 0) == 0 }
    }
}
