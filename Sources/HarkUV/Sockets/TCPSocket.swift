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

    static func make() throws(UVError) -> UVStream { try UVStream(unconnected: UV_TCP) }

    /// No Nagle: Hark coalesces by itself, once per turn. Keep-alive on.
    static func configure(_ stream: UVStream) {
        // Both fail when the other side has already reset the connection, which reading will tell.
        uv_tcp_nodelay(stream.pointer(), 1)
        uv_tcp_keepalive(stream.pointer(), 1, keepAliveSeconds)
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
        let socket = try SocketDescriptor.make(address.family)
        do throws(UVError) {
            // The port of a server that was restarted, whose old connections the kernel still remembers.
            try socket.set(SOL_SOCKET, SO_REUSEADDR, to: 1)
            if address.isIPv6 { try socket.set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, to: 0) }
            try address.withAddress { (pointer) throws(UVError) in try socket.bind(pointer, address.byteCount) }
            try socket.listen(backlog: UVListener.backlog)
            return try UVListener(socket, accepted: accepted)
        } catch {
            socket.close()
            throw error
        }
    }

    /// The address a listener is bound to.
    package static func localAddress(of listener: UVListener) -> SocketAddress? { listener.localAddress }

    /// The address of this side; nil for a unix socket, or when the connection is gone.
    package static func localAddress(of stream: UVStream) -> SocketAddress? {
        stream.descriptor.flatMap { try? SocketDescriptor($0).localAddress() }.flatMap { $0.isInternet ? $0 : nil }
    }

    /// The address of the other side; nil for a unix socket, or when the connection is gone.
    package static func remoteAddress(of stream: UVStream) -> SocketAddress? {
        stream.descriptor.flatMap { try? SocketDescriptor($0).remoteAddress() }.flatMap { $0.isInternet ? $0 : nil }
    }
}
