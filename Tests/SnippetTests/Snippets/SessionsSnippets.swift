import Foundation
import Hark

@EventLoop
final class FolderStore: SessionStore {
    private let folder: URL

    nonisolated init(_ folder: URL) { self.folder = folder }

    func load(_ key: String) async throws -> [UInt8]? {
        let file = folder.appending(path: key)
        guard let content = try? Data(contentsOf: file), content.count > 8 else { return nil }
        let deadline = content.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        return Date.now.timeIntervalSince1970 < Double(deadline) ? Array(content.dropFirst(8)) : nil
    }

    func save(_ key: String, _ record: [UInt8], keepFor duration: Duration) async throws {
        let deadline = UInt64(Date.now.timeIntervalSince1970) + UInt64(duration.components.seconds)
        let head = stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: deadline >> $0) }
        try Data(head + record).write(to: folder.appending(path: key), options: .atomic)
    }

    func remove(_ key: String) async throws {
        try? FileManager.default.removeItem(at: folder.appending(path: key))
    }
}

/// What `Sessions.md` shows.
@EventLoop
enum SessionsSnippets {
    static func sharedData(_ client: Client) throws -> Int? {
        try client.data.set("colour", "blue")
        client.on(.dataChange) { change in print("\(change.key) is \(change.value ?? "gone")") }
        let size = try client.data.get("size", as: Int.self)
        return size
    }

    static func preamble() -> Client.Options {
        var options = Client.Options()
        options.onConnect = { preamble in
            let isKnown: Bool = try await preamble.request("login", "ada")
            if !isKnown { throw HarkError(.requestFailed, "ada is not known there") }
            try preamble.emit("interested", "orders.*")
        }
        return options
    }

    static func will() -> Client.Options {
        var options = Client.Options()
        options.lastWill = LastWill("left", "ada")
        return options
    }

    static func invalidate(_ server: Server, _ id: Peer.ID) async {
        await server.peer(id)?.invalidateSession()
    }

    static func store(_ folder: URL, _ endpoint: Endpoint) async throws -> Server {
        var options = Server.Options()
        options.sessionStore = FolderStore(folder)
        let server = try await Server.listen(on: endpoint, options: options)
        return server
    }
}
