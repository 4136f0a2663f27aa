import HarkUV
import Testing

@Suite(.timeLimit(.minutes(1)))
@EventLoop
struct ConnectRequestTests {
    @Test func `a name nobody owns is an error, once and later`() async throws {
        let directory = try TemporaryDirectory()
        let results = Journal<Result<UVStream, UVError>>()
        _ = try ConnectRequest.pipe(directory.path("socket")) { results.add($0) }
        #expect(results.entries.isEmpty)
        await #expect(throws: UVError.notFound) { try await results.next().get() }
        let stale = directory.path("stale")
        try SocketFile.listen(at: stale, mode: 0o600).closeWithoutUnlinking()
        _ = try ConnectRequest.pipe(stale) { results.add($0) }
        await #expect(throws: UVError.connectionRefused) { try await results.next().get() }
    }

    @Test func `a path that does not fit is refused, not cut`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path(byteCount: PipeSocket.pathByteCountMax)
        let listener = try PipeSocket.listen(on: path, mode: 0o600) { _ in }
        let results = Journal<Result<UVStream, UVError>>()
        #expect(throws: UVError.nameTooLong) { try ConnectRequest.pipe(path + "x") { results.add($0) } }
        #expect(throws: UVError.invalid) { try ConnectRequest.pipe(path + "\0x") { results.add($0) } }
        _ = try ConnectRequest.pipe(path) { results.add($0) }
        try await results.next().get().close()
        listener.close()
    }

    @Test func `a cancelled request is silent and freed`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("socket")
        let listener = try PipeSocket.listen(on: path, mode: 0o600) { _ in }
        let results = Journal<Result<UVStream, UVError>>()
        weak var weakRequest: ConnectRequest?
        do {
            let request = try ConnectRequest.pipe(path) { results.add($0) }
            weakRequest = request
            request.cancel()
            request.cancel()
        }
        await LoopTurns.pass(5)
        #expect(results.entries.isEmpty)
        #expect(weakRequest == nil)
        listener.close()
    }
}
