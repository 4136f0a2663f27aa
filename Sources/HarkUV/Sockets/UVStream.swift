internal import CLibUV
package import HarkWire

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Hears what happens on a stream.
@EventLoop
package protocol UVStreamReceiver: AnyObject {
    /// Bytes have arrived. They are valid during the call.
    func received(_ bytes: UnsafeRawBufferPointer)
    /// Nothing more will arrive: `UVError.endOfStream` when the other side has ended its half, `.cancelled` when the
    /// loop ends.
    func readEnded(_ error: UVError)
    /// The chunk given to `write` is sent, or will never be.
    func wrote(_ error: UVError?)
}

/// A connected TCP or unix socket. Reads into the loop's shared buffer, writes at most one chunk at a time.
@EventLoop
package final class UVStream: UVHandle {
    @exclusivity(unchecked) package var receiver: (any UVStreamReceiver)?

    private var request: UVRequest<uv_write_t>?
    private var shutdownRequest: UVRequest<uv_shutdown_t>?
    @exclusivity(unchecked) private var inFlight: ByteChunk?

    private var stream: UnsafeMutablePointer<uv_stream_t> { pointer() }

    /// A socket of its own, not connected yet.
    init(unconnected type: uv_handle_type) throws(UVError) {
        super.init(type)
        let loop = EventLoop.executor.current.pointer
        try activate(type == UV_TCP ? uv_tcp_init(loop, pointer()) : uv_pipe_init(loop, pointer(), 0))
    }

    /// A connected socket, which the stream owns from now on; when an error is thrown the caller still does.
    convenience init(opening socket: SocketDescriptor, _ type: uv_handle_type) throws(UVError) {
        try self.init(unconnected: type)
        let status =
            type == UV_TCP ? uv_tcp_open(pointer(), socket.number) : uv_pipe_open(pointer(), socket.number)
        guard status == 0 else {
            close()
            throw UVError(status)
        }
        if type == UV_TCP { TCPSocket.configure(self) }
    }

    /// Takes over the descriptor of a connected TCP or unix socket, for example one that was inherited. The stream owns
    /// it from now on; when an error is thrown the caller still does.
    ///
    /// - Throws: `.notSocket`, `.notConnected`, or `.invalid` for a socket of another kind.
    package static func adopt(descriptor: Int32) throws(UVError) -> UVStream {
        let socket = SocketDescriptor(descriptor)
        guard try socket.isStream() else { throw .invalid }
        let type = try type(of: socket)
        _ = try socket.remoteAddress()
        return try UVStream(opening: socket, type)
    }

    /// The kind of libuv handle for a socket.
    static func type(of socket: SocketDescriptor) throws(UVError) -> uv_handle_type {
        switch try socket.localAddress().family {
        case AF_INET, AF_INET6: UV_TCP
        case AF_UNIX: UV_NAMED_PIPE
        default: throw .invalid
        }
    }

    /// Whether a chunk given to `write` is still on its way.
    package var isWriting: Bool { inFlight != nil }

    // MARK: Reading

    package func startReading() throws(UVError) {
        guard isOpen else { throw .cancelled }
        let status = uv_read_start(
            stream,
            { @Sendable _, _, buffer in
                guard let buffer else { return }
                buffer.pointee = UVLoop.readBuffer
            },
            { @Sendable handle, count, buffer in
                guard let handle, let buffer, count != 0 else { return }
                if count > 0 {
                    let bytes = UnsafeRawBufferPointer(start: buffer.pointee.base, count: count)
                    UVHandle.enter(handle.pointee.data, of: UVStream.self, with: bytes) { stream, bytes in
                        stream.receiver?.received(bytes)
                    }
                } else {
                    UVHandle.enter(handle.pointee.data, of: UVStream.self, with: Int32(count)) { stream, status in
                        stream.stopReading()
                        stream.receiver?.readEnded(UVError(status))
                    }
                }
            })
        // Reading twice is not an error of the caller's.
        if status != UV_EALREADY.rawValue { try UVError.check(status) }
    }

    package func stopReading() {
        guard isOpen else { return }
        uv_read_stop(stream)
    }

    // MARK: Writing

    /// Writes as much of `head` and then `body` as the socket takes now.
    ///
    /// - Returns: how many bytes of both together were taken; 0 when the socket is full or a chunk is on its way.
    package func tryWrite(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) throws(UVError) -> Int {
        guard isOpen else { throw .cancelled }
        let status = Self.tryWrite(head, body, to: stream)
        if status == UV_EAGAIN.rawValue { return 0 }
        try UVError.check(status)
        return Int(status)
    }

    // Not isolated: the closures would check the executor at run time, once per write.
    private nonisolated static func tryWrite(
        _ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer, to stream: UnsafeMutablePointer<uv_stream_t>
    ) -> Int32 {
        var buffers = (buffer(head.isEmpty ? body : head), buffer(body))
        let count: UInt32 = head.isEmpty || body.isEmpty ? 1 : 2
        return withUnsafePointer(to: &buffers) { pointer in
            pointer.withMemoryRebound(to: uv_buf_t.self, capacity: 2) { uv_try_write(stream, $0, count) }
        }
    }

    /// Sends `chunk` from `offset` on when the socket has room. One chunk at a time; the receiver hears of its end.
    package func write(_ chunk: ByteChunk, from offset: Int) throws(UVError) {
        precondition(inFlight == nil, "a stream writes one chunk at a time")
        guard isOpen else { throw .cancelled }
        let request = self.request ?? UVRequest()
        self.request = request
        var buffer = Self.buffer(chunk.bytes(from: offset))
        let status = uv_write(request.pointer, stream, &buffer, 1) { @Sendable request, status in
            guard let request, let handle = request.pointee.handle else { return }
            UVHandle.enter(handle.pointee.data, of: UVStream.self, with: status) { stream, status in
                stream.inFlight = nil
                stream.receiver?.wrote(status < 0 ? UVError(status) : nil)
            }
        }
        try UVError.check(status)
        inFlight = chunk
    }

    /// Ends this side's half once everything written has been sent. The other side reads the end of the stream.
    package func shutdown() {
        guard isOpen, shutdownRequest == nil else { return }
        let request = UVRequest<uv_shutdown_t>()
        if uv_shutdown(request.pointer, stream, { _, _ in }) == 0 { shutdownRequest = request }
    }

    private nonisolated static func buffer(_ bytes: UnsafeRawBufferPointer) -> uv_buf_t {
        hark_uv_buffer(bytes.baseAddress, bytes.count)
    }

    // MARK: Life

    override func loopEnds() {
        receiver?.readEnded(.cancelled)
        close()
    }

    /// The descriptor, which stays the stream's; nil when it is closed.
    package var descriptor: Int32? {
        guard isOpen else { return nil }
        var descriptor: uv_os_fd_t = -1
        return uv_fileno(handle, &descriptor) == 0 ? descriptor : nil
    }
}
