internal import Foundation

/// Node, if it is installed.
enum Node {
    /// Where it is, from `PATH`.
    static let path: URL? = (ProcessInfo.processInfo.environment["PATH"] ?? "")
        .split(separator: ":")
        .map { URL(fileURLWithPath: String($0)).appending(path: "node") }
        .first { FileManager.default.isExecutableFile(atPath: $0.path) }

    /// Such as `v20.20.2`.
    static let version: String? = path.flatMap { path in
        try? Child(path, ["--version"]).output().trimmingCharacters(in: .whitespacesAndNewlines)
    }

    static let codecScript = String(decoding: PackageResources.codec_js, as: UTF8.self)
}
