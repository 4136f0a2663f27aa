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

    /// The older wires and who speaks them, in one piece: what is given to `--eval` has no files to require.
    private static let wiresScript = [
        PackageResources.meter_js, PackageResources.wire_js, PackageResources.tokenizer_js, PackageResources.array_js,
        PackageResources.streamitter_js, PackageResources.uhura_js, PackageResources.socket_ipc_js,
        PackageResources.contest_js,
    ].map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")

    /// Replaces this process by Node, on the same processor and with the same alarm.
    /// - Throws: `ChildError.notStarted` when Node is missing or does not start.
    static func become(_ task: NodeTask) throws -> Never {
        let program = path?.path ?? "node"
        let task = try String(decoding: JSONEncoder().encode(task), as: UTF8.self)
        let words = [program, "--eval", wiresScript, "--", task]
        // Never freed: there is no way back.
        execv(program, words.map { strdup($0) } + [nil])
        throw ChildError.notStarted(program, String(cString: strerror(errno)))
    }
}
