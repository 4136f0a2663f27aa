import Foundation

/// A directory of a test's own, removed at the end. Short, because the paths of unix sockets are.
struct TemporaryDirectory: ~Copyable, Sendable {
    let root: String

    init() throws {
        var template = Array("/tmp/hark-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
        root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        chmod(root, 0o700)
        try? FileManager.default.removeItem(atPath: root)
    }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    /// A path in this directory of exactly `byteCount` bytes.
    func path(byteCount: Int) -> String {
        "\(root)/" + String(repeating: "x", count: byteCount - root.utf8.count - 1)
    }
}
