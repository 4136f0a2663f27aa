import Foundation
import Hark

/// Paths for sockets that nobody else uses.
enum SocketPath {
    /// Gives `body` a path and removes what is left there.
    @EventLoop
    static func with(_ body: @EventLoop (String) async throws -> Void) async throws {
        // Short, since the path of a socket may have 107 bytes.
        let folder = "/tmp/hark-" + UUID().uuidString.prefix(13)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder + "/s")
    }
}
