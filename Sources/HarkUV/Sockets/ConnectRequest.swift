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
        let tcp = attempt.stream.memory.assumingMemoryBound(to: uv_tcp_t.self)
        let request = attempt.prepare()
        let status = address.withAddress { uv_tcp_connect(request, tcp, $0, ConnectRequest.connected) }
        guard status == 0 else {
            attempt.abandon()
            throw UVError(status)
        }
        return attempt
    }

    package static func pipe(
        _ path: String, _ completion: @escaping @EventLoop (Result<UVStream, UVError>) -> Void
    ) throws(UVError) -> ConnectRequest {
        try PipeSocket.checkLength(of: path)
        let attempt = ConnectRequest(try PipeSocket.make(), completion)
        let pipe = attempt.stream.memory.assumingMemoryBound(to: uv_pipe_t.self)
        // Reports failures through the callback as well.
        uv_pipe_connect(attempt.prepare(), pipe, path, ConnectRequest.connected)
        return attempt
    }

    private func prepare() -> UnsafeMutablePointer<uv_connect_t> {
        request.pointer.pointee.data = Unmanaged.passRetained(self).toOpaque()
        return request.pointer
    }

    private func abandon() {
        completion = nil
        stream.close()
        Unmanaged.passUnretained(self).release()
    }

    private static let connected: uv_connect_cb = { request, status in
        guard let request, let data = request.pointee.data else { return }
        EventLoop.enter((data, status)) { data, status in
            let attempt = Unmanaged<ConnectRequest>.fromOpaque(data).takeRetainedValue()
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
