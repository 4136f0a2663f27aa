import Foundation
import Hark
import Testing

/// Somebody who pipes the command into something slow.
@EventLoop
@Suite struct StalledReaderTests {
    /// As many as fit the sender's queue, and more than fit pipes, sockets and the command together.
    private static let manyCount = 30_000
    /// More than the pipe takes, and few enough for the command's window.
    private static let someCount = 1_200
    private static let filling = String(repeating: "f", count: 180)

    /// A server in this process whose only client is a command that nobody reads.
    private struct Stall {
        let server: Server
        let peer: Peer
        let command: Command
    }

    private func stall(_ eventCount: Int) async throws -> Stall {
        let path = Command.socket()
        var options = Server.Options()
        options.timing.close = .milliseconds(100)
        let server = try await Server.listen(on: .unix(path), options: options)
        let command = try Command("connect", "unix://\(path)", isRead: false)
        let peer = await withCheckedContinuation { continuation in
            server.once(.connection) { continuation.resume(returning: $0) }
        }
        for number in 0..<eventCount { #expect(peer.emit("n", number, Self.filling) != .dropped(.queueFull)) }
        return Stall(server: server, peer: peer, command: command)
    }

    private func expectEvents(_ count: Int, from command: Command) async throws {
        #expect(try await command.nextLine() == #"{"type":"connect"}"#)
        for number in 0..<count {
            let line = try await command.nextLine()
            try #require(line == #"{"type":"event","name":"n","args":[\#(number),"\#(Self.filling)"]}"#)
        }
    }

    /// Waits for time to pass; nothing depends on how exactly.
    private func pass(_ milliseconds: UInt64) async {
        await withCheckedContinuation { continuation in
            LoopTimer { continuation.resume() }.schedule(at: TimerHeap.now + milliseconds)
        }
    }

    @Test func `a stalled reader costs neither the connection nor a line, and slows the sender down`() async throws {
        let stall = try await stall(Self.manyCount)
        var reason: HarkError?
        stall.peer.on(.disconnect) { reason = $0 }
        await pass(500)
        #expect(reason == nil)
        #expect(stall.peer.queuedByteCount > 0, "what is not read waits where it comes from")
        stall.command.read()
        try await expectEvents(Self.manyCount, from: stall.command)
        #expect(reason == nil)
        await stall.server.close()
    }

    @Test func `a node that nobody reads stays connected, and says how many events it has not shown`() async throws {
        let path = Command.socket()
        let node = Node(options: Node.Options(id: "a"))
        try await node.listen(on: .unix(path))
        let tap = try Command("tap", "unix://\(path)", isRead: false)
        try await node.waitFor(subscribers: 1, of: "n")
        // 40 MB in lines; the tap keeps 16 MiB of them.
        let count = 180_000
        for number in 0..<count {
            #expect(node.emit("n", number, Self.filling) != .dropped(.queueFull))
            if number.isMultiple(of: 1_000) { try await node.drained() }
        }
        try await node.drained()
        // By then it has taken everything.
        for peer in node.peers { try await peer.ping() }
        tap.read()
        #expect(try await tap.nextLine() == #"{"type":"connect","peer":"a"}"#)
        var shown = 0
        var line = try await tap.nextLine()
        while line == #"{"type":"event","name":"n","args":[\#(shown),"\#(Self.filling)"],"from":"a"}"# {
            shown += 1
            line = try await tap.nextLine()
        }
        #expect(line.contains("\(count - shown) events were not shown"), "\(line)")
        node.emit("n", "last")
        #expect(try await tap.nextLine().contains("last"))
        await node.end()
    }

    @Test func `what was sent by somebody who left during the stall is not lost`() async throws {
        let stall = try await stall(Self.someCount)
        try await stall.peer.drained()
        await stall.server.close()
        await pass(200)
        stall.command.read()
        try await expectEvents(Self.someCount, from: stall.command)
        _ = try await stall.command.next("disconnect")
    }

    @Test func `a second Ctrl-C ends a command whose output nobody reads`() async throws {
        let stall = try await stall(Self.manyCount)
        await pass(200)
        let command = stall.command
        // The first one is answered when all lines are written. Two at once might be taken for one.
        let impatience = Task { @EventLoop in
            while !Task.isCancelled {
                command.signal(SIGINT)
                await pass(100)
            }
        }
        await withCheckedContinuation { continuation in
            stall.peer.on(.disconnect) { _ in continuation.resume() }
        }
        impatience.cancel()
        command.read()
        #expect(await command.status() == 130)
        await stall.server.close()
    }
}
