internal import CLibUV

/// One attempt to connect one socket. Calls back exactly once, unless it is cancelled first.
@EventLoop
package final class ConnectRequest {
    private let request = UVRequest<uv_connect_t>()
    private let stream: UVStream
    private var completion: (@EventLoop (Result<UVStream, UVError>) -> Void)?

    private init(_ stream: UVStream, _ completion: @escaping @EventLoop (Result<UVStream, UVError>) -> Void) {
        self.stream = stream
        self.completion = completion
    }

    static func tcp(
        _ address: SocketAddress, _ completion: @escaping @EventLoop (Result<UVStream, UVError>) -> Void
    ) throws(UVError) -> ConnectRequest {
        let attempt = ConnectRequest(try TCPSocket.make(), completion)
        let request = attempt.prepare()
        let status = address.withAddress {
            uv_tcp_connect(request, attempt.stream.pointer(), $0, ConnectRequest.connected)
        }
        guard status == 0 else {
            attempt.abandon()
            throw UVError(status)
        }
        return attempt
    }

    package static func pipe(
        _ path: String, _ completion: @escaping @EventLoop (Result<UVStream, UVError>) -> Void
    ) throws(UVError) -> ConnectRequest {
        try SocketFile.checkPath(path)
        let attempt = ConnectRequest(try PipeSocket.make(), completion)
        // Reports failures through the callback as well.
        uv_pipe_connect(attempt.prepare(), attempt.stream.pointer(), path, ConnectRequest.connected)
        return attempt
    }

    private func prepare() -> UnsafeMutablePointer<uv_connect_t> {
        request.retain(self)
        return request.pointer
    }

    private func abandon() {
        completion = nil
        stream.close()
        _ = UVRequest.release(request.pointer, ConnectRequest.self)
    }

    private static let connected: uv_connect_cb = { @Sendable request, status in
        guard let request else { return }
        EventLoop.enter((request, status)) { @Sendable request, status in
            let attempt = UVRequest.release(request, ConnectRequest.self)
            let completion = attempt.completion
            attempt.completion = nil
            if status == 0, let completion {
                completion(.success(attempt.stream))
            } else {
                attempt.stream.close()
                completion?(.failure(UVError(status)))
            }
        }
    }

    /// Gives up; nothing is called back any more.
    package func cancel() {
        guard completion != nil else { return }
        completion = nil
        stream.close()
    }
}
