#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A listening unix socket and its file, from binding until the name is given up.
///
/// Binding, finding out whether a file that is in the way has a live owner, and replacing it happen under the lock of
/// the directory, so that of many processes starting at once exactly one owns the name.
package struct SocketFile: Sendable {
    let socket: SocketDescriptor
    private let path: String
    private let device: dev_t
    private let inode: ino_t

    /// Makes a listening socket with its file. Blocks for as long as others bind in the same directory.
    package static func listen(at path: String, mode: UInt32) throws(UVError) -> SocketFile {
        try checkPath(path)
        return try DirectoryLock.hold(for: path) { (isLocked) throws(UVError) in
            let file = try bind(path, mode_t(mode), mayReplace: isLocked)
            do throws(UVError) {
                try file.socket.listen(backlog: UVListener.backlog)
                return file
            } catch {
                file.discard()
                throw error
            }
        }
    }

    private static func bind(_ path: String, _ mode: mode_t, mayReplace: Bool) throws(UVError) -> SocketFile {
        let socket = try SocketDescriptor.make(AF_UNIX)
        do throws(UVError) {
            // On Linux the file gets the mode of the unbound socket, less the umask: it never appears with a wider one.
            // Elsewhere this fails, and nobody can connect before `listen` anyway.
            fchmod(socket.number, mode)
            do throws(UVError) {
                try withAddress(path, socket.bind)
            } catch  where error == .addressInUse {
                try checkStale(path)
                guard mayReplace else { throw .permissionDenied }
                try unlinkIfPresent(path)
                try withAddress(path, socket.bind)
            }
            return try SocketFile(socket, path, mode)
        } catch {
            socket.close()
            throw error
        }
    }

    /// Gives the file its mode; the umask may have narrowed it.
    private init(_ socket: SocketDescriptor, _ path: String, _ mode: mode_t) throws(UVError) {
        self.socket = socket
        self.path = path
        do throws(UVError) {
            let status = try Self.status(of: path)
            device = status.st_dev
            inode = status.st_ino
            if status.st_mode & 0o7777 != mode {
                try SocketDescriptor.check(fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW))
            }
        } catch {
            unlink(path)
            throw error
        }
    }

    /// Gives the name and the socket up.
    package func discard() {
        unlinkIfOurs()
        socket.close()
    }

    /// Leaves the file behind, as a process does that is killed.
    package func closeWithoutUnlinking() { socket.close() }

    /// Removes the file unless it is another one by now.
    package func unlinkIfOurs() {
        guard let status = try? Self.status(of: path), status.st_dev == device, status.st_ino == inode else { return }
        unlink(path)
    }

    // MARK: Paths

    /// The longest path that a unix socket address holds, in bytes, its terminator not counted. libuv would cut a
    /// longer one and bind the rest.
    static let pathByteCountMax = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    /// Throws when `path` cannot be the name of a socket file. A zero byte would end it early.
    static func checkPath(_ path: String) throws(UVError) {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw .invalid }
        guard path.utf8.count <= pathByteCountMax else { throw .nameTooLong }
    }

    /// Throws unless `path` is a socket whose owner is gone.
    private static func checkStale(_ path: String) throws(UVError) {
        do throws(UVError) {
            guard try status(of: path).st_mode & S_IFMT == S_IFSOCK else { throw .notSocket }
        } catch  where error == .notFound {
            // It has just gone by itself.
            return
        }
        // Of the other type: an owner that lives refuses it for that, and never hears of it.
        let probe = try SocketDescriptor.make(AF_UNIX, isDatagram: true)
        defer { probe.close() }
        do throws(UVError) {
            try withAddress(path, probe.connect)
        } catch  where error == .connectionRefused || error == .notFound {
            return
        } catch {
            // Only a refusal proves that nobody listens; a full backlog, for one, means that somebody does.
        }
        throw .addressInUse
    }

    private static func unlinkIfPresent(_ path: String) throws(UVError) {
        do throws(UVError) {
            try SocketDescriptor.check(unlink(path))
        } catch  where error == .notFound {}
    }

    private static func status(of path: String) throws(UVError) -> stat {
        var status = stat()
        try SocketDescriptor.check(lstat(path, &status))
        return status
    }

    private static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws(UVError) -> Void
    ) throws(UVError) {
        var address = SocketAddress(unixPath: path)
        try address.withMutable { (address) throws(UVError) in
            try body(address, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
}
