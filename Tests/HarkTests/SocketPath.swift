import Foundation
import Hark

/// Gives `body` a path for a socket that nobody else uses, and removes what is left there.
@EventLoop
func withSocketPath(_ body: @EventLoop (String) async throws -> Void) async throws {
    // Short, since the path of a socket may have 107 bytes.
    let folder = "/tmp/hark-" + UUID().uuidString.prefix(13)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder + "/s")
}
