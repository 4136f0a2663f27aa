internal import CLibUV
package import HarkWire

/// Hears what happens on a stream.
@EventLoop
package protocol UVStreamReceiver: AnyObject {
    /// Bytes have arrived. They are valid during the call.
    func received(_ bytes: UnsafeRawBufferPointer)
    /// Nothing more will arrive: `UVError.endOfStream` when the other side has ended its half.
    func readEnded(_ error: UVError)
    /// The chunk given to `write` is sent, or will never be.
    func wrote(_ error: UVError?)
}

/// A connected TCP or unix socket. Reads into the loop's shared buffer, writes at most one chunk at a time.
@EventLoop
package final class UVStream: UVHandle {
    package weak var receiver: (any UVStreamReceiver)?

    private var request: UVRequest<uv_write_t>?
    private var shutdownRequest: UVRequest<uv_shutdown_t>?
    private var inFlight: ByteChunk?

    var stream: UnsafeMutablePointer<uv_stream_t> { memory.assumingMemoryBound(to: uv_stream_t.self) }

    /// Whether a chunk given to `write` is still on its way.
    package var isWriting: Bool { inFlight != nil }

    // MARK: Reading

    package func startReading() throws(UVError) {
        let status = uv_read_start(
            stream,
            { handle, _, buffer in
                guard let handle, let buffer else { return }
                let shared = EventLoop.enter(handle.pointee.loop) { UVLoop.of($0).sharedReadBuffer() }
                buffer.pointee = shared
            },
            { handle, count, buffer in
                guard let handle, let buffer, count != 0 else { return }
                let bytes = UnsafeRawBufferPointer(start: buffer.pointee.base, count: max(count, 0))
                EventLoop.enter((handle.pointee.data, count, bytes)) { data, count, bytes in
                    let stream: UVStream = UVHandle.object(data)
                    if count > 0 {
                        stream.receiver?.received(bytes)
                    } else {
                        stream.stopReading()
                        stream.receiver?.readEnded(UVError(Int32(count)))
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
        var buffers = (Self.buffer(head.isEmpty ? body : head), Self.buffer(body))
        let count: UInt32 = head.isEmpty || body.isEmpty ? 1 : 2
        let status = withUnsafePointer(to: &buffers) { pointer in
            pointer.withMemoryRebound(to: uv_buf_t.self, capacity: 2) { uv_try_write(stream, $0, count) }
        }
        if status == UV_EAGAIN.rawValue { return 0 }
        try UVError.check(status)
        return Int(status)
    }

    /// Sends `chunk` from `offset` on when the socket has room. One chunk at a time; the receiver hears of its end.
    package func write(_ chunk: ByteChunk, from offset: Int) throws(UVError) {
        precondition(inFlight == nil, "a stream writes one chunk at a time")
        guard isOpen else { throw .cancelled }
        let request = self.request ?? UVRequest()
        self.request = request
        var buffer = Self.buffer(chunk.bytes(from: offset))
        let status = uv_write(request.pointer, stream, &buffer, 1) { request, status in
            guard let request, let handle = request.pointee.handle else { return }
            EventLoop.enter((handle.pointee.data, status)) { data, status in
                let stream: UVStream = UVHandle.object(data)
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

    private static func buffer(_ bytes: UnsafeRawBufferPointer) -> uv_buf_t {
        let base = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        return uv_buf_init(base?.assumingMemoryBound(to: CChar.self), UInt32(bytes.count))
    }

    // MARK: Life

    /// The descriptor, which stays the stream's.
    package var descriptor: Int32? {
        var descriptor: uv_os_fd_t = -1
        return uv_fileno(handle, &descriptor) == 0 ? descriptor : nil
    }
}
