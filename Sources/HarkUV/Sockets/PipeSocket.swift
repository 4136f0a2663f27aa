internal import CLibUV

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Makes unix sockets and the files they are reached by.
@EventLoop
package enum PipeSocket {
    /// The longest path that a unix socket address holds, in bytes: 107 on Linux, 103 on macOS.
    package static nonisolated let pathByteCountMax = SocketFile.pathByteCountMax

    static func make() throws(UVError) -> UVStream { try UVStream(unconnected: UV_NAMED_PIPE) }

    /// Listens on the socket file at `path`, made with `mode`. A file that a dead process has left there is replaced;
    /// one with a live owner, and anything that is not a socket, is never touched.
    ///
    /// - Throws: `.addressInUse` when the file has a live owner, `.notSocket` when it is something else,
    ///   `.permissionDenied` when a stale file is in a directory that cannot be locked because we may not read it,
    ///   `.timedOut` when somebody else keeps the directory locked, `.nameTooLong`, and what the system says.
    package static func listen(
        on path: String, mode: UInt32,
        accepted: @escaping @EventLoop (Result<UVStream, UVError>) -> Void
    ) throws(UVError) -> UVListener {
        let file = try SocketFile.listen(at: path, mode: mode)
        do throws(UVError) {
            return try UVListener(file.socket, cleanUp: file.unlinkIfOurs, accepted: accepted)
        } catch {
            file.discard()
            throw error
        }
    }

    /// The path that the other side of a unix socket is bound to; nil when it has none, or for another socket.
    package static func remotePath(of stream: UVStream) -> String? {
        stream.descriptor.flatMap { try? SocketDescriptor($0).remoteAddress() }.flatMap(\.unixPath)
    }

    /// The user who runs this process, as others see in its credentials.
    package static var ownUserID: UInt32 { geteuid() }

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
