import Foundation
import HarkUV
import Testing

@Suite(.timeLimit(.minutes(1)))
@EventLoop
struct PipeSocketTests {
    @Test func `both ends know who the other is`() async throws {
        let directory = try TemporaryDirectory()
        let pair = try await StreamPair.pipe(in: directory)
        for stream in [pair.client.stream, pair.server.stream] {
            let credentials = try #require(PipeSocket.credentials(of: stream))
            #expect(credentials.uid == getuid() && credentials.gid == getgid() && credentials.pid == getpid())
            #expect(TCPSocket.remoteAddress(of: stream) == nil)
        }
        pair.close()
        #expect(PipeSocket.credentials(of: pair.client.stream) == nil)
    }

    @Test func `closing a listener removes its file at once, connections go on`() async throws {
        let directory = try TemporaryDirectory()
        let pair = try await StreamPair.pipe(in: directory)
        #expect(access(directory.path("socket"), F_OK) == 0)
        pair.listener.close()
        #expect(access(directory.path("socket"), F_OK) != 0)
        try pair.server.stream.startReading()
        _ = try pair.client.stream.tryWrite([1])
        #expect(await pair.server.bytes(1) == [1])
        pair.close()
    }

    @Test func `a successor's file outlives the one it replaced`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("socket")
        let first = try PipeSocket.listen(on: path, mode: 0o600) { _ in }
        unlink(path)
        let second = try PipeSocket.listen(on: path, mode: 0o600) { _ in }
        first.close()
        await LoopTurns.pass()
        close(try Descriptors.connecting(to: path))
        second.close()
    }

    @Test func `a live owner and a file in the way are errors`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("socket")
        let listener = try PipeSocket.listen(on: path, mode: 0o600) { _ in }
        #expect(throws: UVError.addressInUse) { try PipeSocket.listen(on: path, mode: 0o600) { _ in } }
        close(try Descriptors.connecting(to: path))
        listener.close()
        close(open(path, O_CREAT | O_WRONLY, 0o600))
        #expect(throws: UVError.notSocket) { try PipeSocket.listen(on: path, mode: 0o600) { _ in } }
    }

    @Test func `the file goes when the loop ends`() async {
        await #expect(processExitsWith: .success) {
            let directory = try TemporaryDirectory()
            let path = directory.path("socket")
            try EventLoop.run { _ = try PipeSocket.listen(on: path, mode: 0o600) { _ in } }
            #expect(access(path, F_OK) != 0)
        }
    }
}
