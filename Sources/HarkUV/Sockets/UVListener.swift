internal import CLibUV

/// A listening TCP or unix socket.
@EventLoop
package final class UVListener: UVHandle {
    /// Connections the kernel keeps until they are accepted: Node's and Redis' number, capped by `net.core.somaxconn`.
    static nonisolated let backlog: Int32 = 511

    private let type: uv_handle_type
    private var accepted: (@EventLoop (Result<UVStream, UVError>) -> Void)?
    /// What to do when the socket has closed, such as removing its file.
    var cleanUp: (@EventLoop () -> Void)?

    override init(_ type: uv_handle_type) {
        self.type = type
        super.init(type)
    }

    var stream: UnsafeMutablePointer<uv_stream_t> { memory.assumingMemoryBound(to: uv_stream_t.self) }

    /// Starts to accept. `accepted` is called for each connection, and with an error when one could not be accepted.
    func listen(_ accepted: @escaping @EventLoop (Result<UVStream, UVError>) -> Void) throws(UVError) {
        self.accepted = accepted
        try UVError.check(
            uv_listen(stream, Self.backlog) { handle, status in
                guard let handle else { return }
                EventLoop.enter((handle.pointee.data, status)) { data, status in
                    let listener: UVListener = UVHandle.object(data)
                    listener.accept(status)
                }
            })
    }

    private func accept(_ status: Int32) {
        guard status == 0 else {
            accepted?(.failure(UVError(status)))
            return
        }
        do throws(UVError) {
            let connection = try type == UV_TCP ? TCPSocket.make() : PipeSocket.make()
            let status = uv_accept(stream, connection.stream)
            guard status == 0 else {
                connection.close()
                throw UVError(status)
            }
            if type == UV_TCP { TCPSocket.configure(connection) }
            accepted?(.success(connection))
        } catch {
            accepted?(.failure(error))
        }
    }

    package override func close() {
        // The file goes while the name is still ours; the socket closes in a moment.
        if isOpen { cleanUp?() }
        cleanUp = nil
        super.close()
    }

    override func didClose() { accepted = nil }
}
