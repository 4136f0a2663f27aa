import Foundation
import Hark

/// The other side as a process of its own, in a folder of its own.
@EventLoop
final class BenchStage {
    private let directory: URL
    private var server: Performer?

    init() {
        let name = "hark-bench-\(ProcessInfo.processInfo.processIdentifier)"
        directory = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent(name)
    }

    /// Starts it.
    ///
    /// - Returns: where it listens.
    /// - Throws: `Failure` when it cannot be started.
    func start(isTCP: Bool) async throws -> Endpoint {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let url = isTCP ? "tcp://127.0.0.1:0" : "unix://\(directory.path)/0.sock"
        let server = try Performer("server", ["bench", "--serve", url, "--end-with-input"])
        self.server = server
        let bound = try await server.next("listening")["url"]?.string ?? url
        return try Endpoint(parsing: bound)
    }

    /// Stops it, and removes what it left.
    func clear() {
        server?.kill()
        server = nil
        try? FileManager.default.removeItem(at: directory)
    }
}
