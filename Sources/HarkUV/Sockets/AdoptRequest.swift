internal import CLibUV

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Waits until a socket that somebody else has begun to connect is connected. Calls back exactly once, unless it is
/// cancelled first.
@EventLoop
package final class AdoptRequest: UVHandle {
    private let socket: SocketDescriptor
    private var completion: (@EventLoop (Result<UVStream, UVError>) -> Void)?

    /// Owns the descriptor from now on; when an error is thrown the caller still does.
    ///
    /// - Throws: `.invalid` for a socket of another kind, and what the system says of one that is none.
    package init(
        _ descriptor: Int32, _ completion: @escaping @EventLoop (Result<UVStream, UVError>) -> Void
    ) throws(UVError) {
        let socket = SocketDescriptor(descriptor)
        guard try socket.isStream() else { throw .invalid }
        _ = try UVStream.type(of: socket)
        self.socket = socket
        super.init(UV_POLL)
        try activate(uv_poll_init(EventLoop.executor.current.pointer, pointer(), descriptor))
        self.completion = completion
        // A socket that is connected can be written to at once.
        uv_poll_start(pointer(), Int32(UV_WRITABLE.rawValue)) { handle, _, _ in
            guard let handle else { return }
            UVHandle.enter(handle.pointee.data, of: AdoptRequest.self) { $0.settle() }
        }
    }

    private func settle() {
        guard let completion else { return }
        self.completion = nil
        // Before somebody else watches the same descriptor.
        close()
        do throws(UVError) {
            let failure = try socket.get(SOL_SOCKET, SO_ERROR)
            if failure != 0 { throw UVError(-failure) }
            completion(.success(try UVStream.adopt(descriptor: socket.number)))
        } catch {
            socket.close()
            completion(.failure(error))
        }
    }

    /// Gives up and closes the socket; nothing is called back any more.
    package func cancel() {
        guard completion != nil else { return }
        completion = nil
        close()
        socket.close()
    }

    override func loopEnds() { cancel() }
}
