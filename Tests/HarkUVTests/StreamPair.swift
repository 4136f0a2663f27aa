import HarkUV
import Testing

/// A listener, a connection made to it and the accepted end of it.
@EventLoop
struct StreamPair {
    let listener: UVListener
    let client: StreamRecorder
    let server: StreamRecorder

    /// Over TCP on the loopback.
    static func tcp() async throws -> StreamPair {
        let accepted = Journal<Result<UVStream, UVError>>()
        let listener = try TCPSocket.listen(on: SocketAddress(numeric: "127.0.0.1", port: 0), port: 0) {
            accepted.add($0)
        }
        let port = try #require(listener.localAddress).port
        let connected = Journal<Result<UVStream, UVError>>()
        _ = TCPDialer(host: "127.0.0.1", port: port) { connected.add($0) }
        return try await StreamPair(listener, connected, accepted)
    }

    /// Over a unix socket in `directory`.
    static func pipe(in directory: borrowing TemporaryDirectory) async throws -> StreamPair {
        let path = directory.path("socket")
        let accepted = Journal<Result<UVStream, UVError>>()
        let listener = try PipeSocket.listen(on: path, mode: 0o600) { accepted.add($0) }
        let connected = Journal<Result<UVStream, UVError>>()
        _ = try ConnectRequest.pipe(path) { connected.add($0) }
        return try await StreamPair(listener, connected, accepted)
    }

    private init(
        _ listener: UVListener, _ connected: Journal<Result<UVStream, UVError>>,
        _ accepted: Journal<Result<UVStream, UVError>>
    ) async throws {
        self.listener = listener
        client = StreamRecorder(try await connected.next().get())
        server = StreamRecorder(try await accepted.next().get())
    }

    func close() {
        listener.close()
        client.stream.close()
        server.stream.close()
    }
}
