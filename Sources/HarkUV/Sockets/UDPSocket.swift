internal import CLibUV
package import HarkWire

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Hears what happens on a datagram socket.
@EventLoop
package protocol UDPSocketReceiver: AnyObject {
    /// A datagram has arrived. The bytes are valid during the call.
    func received(_ datagram: UnsafeRawBufferPointer, from source: SocketAddress)
    /// One could not be received; the next one may.
    func receiveFailed(_ error: UVError)
    /// The chunk given to `send` has left, or never will. There is room again.
    func sent(_ error: UVError?)
}

/// A UDP socket, for one peer, several, or the groups that it joins.
///
/// Several sockets of one machine, of one process or many, may share a port: each receives what is sent to a group
/// that it has joined, and one of them what is sent to the port itself.
@EventLoop
package final class UDPSocket: UVHandle {
    /// 65 507 bytes: what a datagram can carry over IPv4.
    package static nonisolated let byteCountMax = 65_507

    @exclusivity(unchecked) package weak var receiver: (any UDPSocketReceiver)?

    private let socket: SocketDescriptor
    private var request: UVRequest<uv_udp_send_t>?
    @exclusivity(unchecked) private var inFlight: ByteChunk?

    /// The family, which all addresses have to be of.
    package let isIPv6: Bool

    /// Binds a socket of the family of `address`.
    ///
    /// - Throws: `.addressInUse` when somebody has the port who does not share it, `.addressNotAvailable`,
    ///   `.permissionDenied`.
    package init(boundTo address: SocketAddress) throws(UVError) {
        isIPv6 = address.isIPv6
        // First, because a handle is freed by its end only, and has none before it is active.
        socket = try SocketDescriptor.datagram(boundTo: address)
        super.init(UV_UDP)
        do throws(UVError) {
            try activate(uv_udp_init(EventLoop.executor.current.pointer, pointer()))
        } catch {
            socket.close()
            throw error
        }
        let status = uv_udp_open(pointer(), socket.number)
        guard status == 0 else {
            // The handle does not own it yet.
            socket.close()
            close()
            throw UVError(status)
        }
    }

    /// The descriptor, which stays the socket's; nil when it is closed.
    package var descriptor: Int32? { isOpen ? socket.number : nil }

    /// The address it is bound to; nil when it is closed.
    package var localAddress: SocketAddress? { isOpen ? try? socket.localAddress() : nil }

    // MARK: Groups

    /// Receives what is sent to `group` through an interface, or through the one that the kernel chooses. Joining again
    /// is not an error.
    package func join(_ group: SocketAddress, on interface: NetworkInterface? = nil) throws(UVError) {
        try open().join(group, onInterface: interface?.index ?? 0)
    }

    /// Receives it no more; leaving a group that was not joined is not an error.
    package func leave(_ group: SocketAddress, on interface: NetworkInterface? = nil) throws(UVError) {
        try open().leave(group, onInterface: interface?.index ?? 0)
    }

    /// Sends to groups through an interface; nil lets the kernel choose.
    package func setMulticastInterface(_ interface: NetworkInterface?) throws(UVError) {
        try open().setMulticastInterface(interface?.index ?? 0, isIPv6: isIPv6)
    }

    /// How far what is sent to groups gets, 0...255: 0 stays on this machine, 1 within the network.
    package func setMulticastHops(_ count: Int) throws(UVError) {
        try open().setMulticastHops(count, isIPv6: isIPv6)
    }

    /// Whether members on this machine receive what this socket sends to groups. They do by default.
    package func setMulticastLoopback(_ isOn: Bool) throws(UVError) {
        try open().setMulticastLoopback(isOn, isIPv6: isIPv6)
    }

    private func open() throws(UVError) -> SocketDescriptor {
        guard isOpen else { throw .cancelled }
        return socket
    }

    // MARK: Receiving

    package func startReceiving() throws(UVError) {
        guard isOpen else { throw .cancelled }
        let status = uv_udp_recv_start(
            pointer(),
            { @Sendable _, _, buffer in
                guard let buffer else { return }
                buffer.pointee = UVLoop.readBuffer
            },
            { @Sendable handle, count, buffer, source, flags in
                guard let handle, let buffer else { return }
                // Without a source nothing has arrived: an empty datagram has one.
                if count >= 0, let source, flags & UInt32(UV_UDP_PARTIAL.rawValue) == 0 {
                    let bytes = UnsafeRawBufferPointer(start: buffer.pointee.base, count: count)
                    let arrival = (bytes, SocketAddress(copying: source))
                    UVHandle.enter(handle.pointee.data, of: UDPSocket.self, with: arrival) { socket, arrival in
                        socket.receiver?.received(arrival.0, from: arrival.1)
                    }
                } else if count < 0 {
                    UVHandle.enter(handle.pointee.data, of: UDPSocket.self, with: Int32(count)) { socket, status in
                        socket.receiver?.receiveFailed(UVError(status))
                    }
                }
            })
        // Receiving twice is not an error of the caller's.
        if status != UV_EALREADY.rawValue { try UVError.check(status) }
    }

    package func stopReceiving() {
        guard isOpen else { return }
        uv_udp_recv_stop(pointer())
    }

    // MARK: Sending

    /// Whether a chunk given to `send` is still on its way.
    package var isSending: Bool { inFlight != nil }

    /// Sends a datagram now.
    ///
    /// - Returns: false when the socket has no room, or a chunk is on its way: nothing was sent.
    /// - Throws: what the kernel has against it; a datagram that is too long is `EMSGSIZE`.
    package func trySend(_ datagram: UnsafeRawBufferPointer, to target: SocketAddress) throws(UVError) -> Bool {
        guard isOpen else { throw .cancelled }
        var buffer = hark_uv_buffer(datagram.baseAddress, datagram.count)
        let status = target.withAddress { uv_udp_try_send(pointer(), &buffer, 1, $0) }
        if status == UV_EAGAIN.rawValue { return false }
        try UVError.check(status)
        return true
    }

    /// Sends a datagram now.
    ///
    /// - Parameter target: a `sockaddr`.
    /// - Returns: 1, or the error.
    func trySend(_ datagram: UnsafeRawBufferPointer, toAddressAt target: UnsafeRawPointer) -> Int32 {
        guard isOpen else { return UVError.cancelled.code }
        var buffer = hark_uv_buffer(datagram.baseAddress, datagram.count)
        let status = target.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            uv_udp_try_send(pointer(), &buffer, 1, $0)
        }
        return status < 0 ? status : 1
    }

    /// Sends `chunk` as one datagram when the socket has room. One chunk at a time; the receiver hears of its end.
    package func send(_ chunk: ByteChunk, to target: SocketAddress) throws(UVError) {
        precondition(inFlight == nil, "a socket sends one chunk at a time")
        guard isOpen else { throw .cancelled }
        let request = self.request ?? UVRequest()
        self.request = request
        let bytes = chunk.bytes(from: 0)
        var buffer = hark_uv_buffer(bytes.baseAddress, bytes.count)
        let status = target.withAddress { address in
            uv_udp_send(request.pointer, pointer(), &buffer, 1, address) { @Sendable request, status in
                guard let request, let handle = request.pointee.handle else { return }
                UVHandle.enter(handle.pointee.data, of: UDPSocket.self, with: status) { socket, status in
                    socket.inFlight = nil
                    socket.receiver?.sent(status < 0 ? UVError(status) : nil)
                }
            }
        }
        try UVError.check(status)
        inFlight = chunk
    }

    // MARK: Life

    override func loopEnds() {
        receiver?.receiveFailed(.cancelled)
        close()
    }
}
