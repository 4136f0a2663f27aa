internal import CLibUV

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Makes unix sockets and the files they are reached by.
@EventLoop
package enum PipeSocket {
    /// The longest path that a unix socket address holds, in bytes, its terminator not counted. libuv would cut a longer
    /// one and bind the rest.
    package static nonisolated let pathByteCountMax = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    static func make() throws(UVError) -> UVStream {
        let stream = UVStream(UV_NAMED_PIPE)
        try initialise(stream)
        return stream
    }

    private static func initialise(_ handle: UVHandle) throws(UVError) {
        let loop = EventLoop.executor.current
        let status = uv_pipe_init(loop.pointer, handle.memory.assumingMemoryBound(to: uv_pipe_t.self), 0)
        guard status == 0 else {
            handle.abandon()
            throw UVError(status)
        }
        handle.activate()
    }

    package static nonisolated func checkLength(of path: String) throws(UVError) {
        guard !path.isEmpty else { throw .invalid }
        guard path.utf8.count <= pathByteCountMax else { throw .nameTooLong }
    }

    /// Listens on the socket file at `path`, made with `mode`. A file that a dead process has left there is replaced;
    /// one with a live owner, and anything that is not a socket, is never touched.
    package static func listen(
        on path: String, mode: UInt32,
        accepted: @escaping @EventLoop (Result<UVStream, UVError>) -> Void
    ) throws(UVError) -> UVListener {
        let file = try SocketFile.bind(path: path, mode: mode_t(mode))
        let listener = UVListener(UV_NAMED_PIPE)
        do throws(UVError) {
            try initialise(listener)
        } catch {
            file.discard()
            throw error
        }
        do throws(UVError) {
            let handle = listener.memory.assumingMemoryBound(to: uv_pipe_t.self)
            let status = uv_pipe_open(handle, file.descriptor)
            guard status == 0 else {
                file.discard()
                throw UVError(status)
            }
            listener.cleanUp = { file.unlinkIfOurs() }
            try listener.listen(accepted)
            file.unlock()
            return listener
        } catch {
            file.unlock()
            listener.close()
            throw error
        }
    }

    /// The user, group and process at the other end of a unix socket.
    package static func credentials(of stream: UVStream) -> (pid: Int32, uid: UInt32, gid: UInt32)? {
        guard let descriptor = stream.descriptor else { return nil }
        #if canImport(Darwin)
            var uid: uid_t = 0
            var gid: gid_t = 0
            guard getpeereid(descriptor, &uid, &gid) == 0 else { return nil }
            var pid: pid_t = 0
            var byteCount = socklen_t(MemoryLayout<pid_t>.size)
            getsockopt(descriptor, SOL_LOCAL, LOCAL_PEERPID, &pid, &byteCount)
            return (pid, uid, gid)
        #else
            // `struct ucred`, which Swift does not see.
            var credentials: (pid: Int32, uid: UInt32, gid: UInt32) = (0, 0, 0)
            var byteCount = socklen_t(MemoryLayout.size(ofValue: credentials))
            guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &byteCount) == 0 else { return nil }
            return credentials
        #endif
    }
}
