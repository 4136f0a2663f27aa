import Foundation
import Hark
import Testing

/// The file of a socket: whose it is, and what becomes of it. Over the real thing.
@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct SocketIPCFileTests {
    private static var serverOptions: Server.Options {
        var options = Server.Options()
        options.dialect = .socketIPC
        options.logger = World.silence
        return options
    }

    private static var clientOptions: Client.Options {
        var options = Client.Options()
        options.dialect = .socketIPC
        options.logger = World.silence
        return options
    }

    /// What a process leaves behind that is killed.
    private static func leaveStaleFile(at path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(status == 0)
        close(descriptor)
    }

    @Test func `a stale file is replaced, and removed at the end`() async throws {
        try await SocketPath.with { path in
            try Self.leaveStaleFile(at: path)
            let server = try await Server.listen(on: .unix(path), options: Self.serverOptions)
            let client = try await Client.connect(to: .unix(path), options: Self.clientOptions)
            #expect(client.isConnected)
            await client.close()
            await server.close()
            #expect(access(path, F_OK) != 0)
        }
    }

    @Test func `a live server keeps its file, and no connection comes of asking`() async throws {
        try await SocketPath.with { path in
            let server = try await Server.listen(on: .unix(path), options: Self.serverOptions)
            var connectionCount = 0
            server.onConnection { _ in connectionCount += 1 }
            let second = Server(options: Self.serverOptions)
            await #expect { try await second.listen(on: .unix(path)) } throws: {
                ($0 as? HarkError)?.code == .addressInUse
            }
            let client = try await Client.connect(to: .unix(path), options: Self.clientOptions)
            let heard = Signal()
            server.on("hello") { heard.fire() }
            client.emit("hello")
            await heard.wait()
            #expect(connectionCount == 1 && server.peers.count == 1)
            await client.close()
            await second.close()
            await server.close()
        }
    }

    @Test func `a regular file is left alone`() async throws {
        try await SocketPath.with { path in
            try "precious".write(toFile: path, atomically: true, encoding: .utf8)
            let server = Server(options: Self.serverOptions)
            await #expect { try await server.listen(on: .unix(path)) } throws: {
                ($0 as? HarkError)?.code == .addressInUse
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
        }
    }

    @Test func `of servers that start on one stale file one gets it, and keeps it`() async throws {
        try await SocketPath.with { path in
            try Self.leaveStaleFile(at: path)
            let servers = (0..<20).map { _ in Server(options: Self.serverOptions) }
            var owners: [Server] = []
            for server in servers { server.listen(on: .unix(path)) { _ in owners.append(server) } }
            var refusals = 0
            let done = Signal()
            for server in servers {
                server.on(.error) { error in
                    if error.code == .addressInUse { refusals += 1 }
                    if refusals == 19 { done.fire() }
                }
            }
            await done.wait()
            #expect(owners.count == 1)
            let client = try await Client.connect(to: .unix(path), options: Self.clientOptions)
            #expect(client.isConnected)
            await client.close()
            for server in servers { await server.close() }
        }
    }

    @Test func `the file has the mode that was asked for`() async throws {
        for (environment, mode) in [(Environment.live, 0o600), (.live(fileMode: 0o660), 0o660)] {
            try await SocketPath.with { path in
                var options = Self.serverOptions
                options.environment = environment
                let server = try await Server.listen(on: .unix(path), options: options)
                #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == mode)
                await server.close()
            }
        }
    }
}
