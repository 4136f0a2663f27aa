internal import CLibUV

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Makes, binds and configures TCP sockets.
@EventLoop
package enum TCPSocket {
    /// 60 s of silence before the kernel asks whether the other side is still there. Heartbeats notice much earlier;
    /// this catches connections whose protocol has none.
    static nonisolated let keepAliveSeconds: UInt32 = 60

    static func make() throws(UVError) -> UVStream {
        let stream = UVStream(UV_TCP)
        try initialise(stream)
        return stream
    }

    private static func initialise(_ handle: UVHandle) throws(UVError) {
        let loop = EventLoop.executor.current
        let status = uv_tcp_init(loop.pointer, handle.memory.assumingMemoryBound(to: uv_tcp_t.self))
        guard status == 0 else {
            handle.abandon()
            throw UVError(status)
        }
        handle.activate()
    }

    /// No Nagle: Hark coalesces by itself, once per turn. Keep-alive on.
    static func configure(_ stream: UVStream) {
        let handle = stream.memory.assumingMemoryBound(to: uv_tcp_t.self)
        uv_tcp_nodelay(handle, 1)
        uv_tcp_keepalive(handle, 1, keepAliveSeconds)
    }

    /// Listens on `address`, or on all addresses of both families when it is nil. Port 0 lets the kernel choose.
    package static func listen(
        on address: SocketAddress?, port: Int,
        accepted: @escaping @EventLoop (Result<UVStream, UVError>) -> Void
    ) throws(UVError) -> UVListener {
        if let address { return try bind(address, accepted) }
        guard let any6 = SocketAddress(numeric: "::", port: port),
            let any4 = SocketAddress(numeric: "0.0.0.0", port: port)
        else { throw .invalid }
        do throws(UVError) {
            // Dual stack: an IPv6 socket that takes IPv4 connections as well.
            return try bind(any6, accepted)
        } catch  where error == UVError(UV_EAFNOSUPPORT.rawValue) || error == .addressNotAvailable {
            return try bind(any4, accepted)
        }
    }

    private static func bind(
        _ address: SocketAddress, _ accepted: @escaping @EventLoop (Result<UVStream, UVError>) -> Void
    ) throws(UVError) -> UVListener {
        let listener = UVListener(UV_TCP)
        try initialise(listener)
        do throws(UVError) {
            let handle = listener.memory.assumingMemoryBound(to: uv_tcp_t.self)
            try UVError.check(address.withAddress { uv_tcp_bind(handle, $0, 0) })
            try listener.listen(accepted)
            return listener
        } catch {
            listener.close()
            throw error
        }
    }

    /// The address a listener or connection is bound to.
    package static func localAddress(of handle: UVHandle) -> SocketAddress? {
        address(of: handle) { uv_tcp_getsockname($0, $1, $2) }
    }

    /// The address of the other side.
    package static func remoteAddress(of stream: UVStream) -> SocketAddress? {
        address(of: stream) { uv_tcp_getpeername($0, $1, $2) }
    }

    private static func address(
        of handle: UVHandle,
        _ ask: (UnsafePointer<uv_tcp_t>?, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<Int32>?) -> Int32
    ) -> SocketAddress? {
        guard handle.isOpen else { return nil }
        var address = SocketAddress()
        var byteCount = Int32(MemoryLayout<sockaddr_storage>.size)
        let tcp = handle.memory.assumingMemoryBound(to: uv_tcp_t.self)
        let status = address.withMutable { ask(tcp, $0, &byteCount) }
        return status == 0 ? address : nil
    }
}
