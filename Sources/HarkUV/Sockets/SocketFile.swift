internal import CLibUV

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A bound unix socket and its file, from binding until the name is given up.
///
/// Binding, finding out whether a file that is in the way has a live owner, and replacing it happen under an exclusive
/// lock of the directory, so that of many processes starting at once exactly one owns the name.
struct SocketFile {
    let descriptor: Int32
    private let path: String
    private let device: dev_t
    private let inode: ino_t
    private let directory: Int32

    static func bind(path: String, mode: mode_t) throws(UVError) -> SocketFile {
        try PipeSocket.checkLength(of: path)
        let directory = try lockDirectory(of: path)
        do throws(UVError) {
            let descriptor = try makeSocket(mode: mode)
            do throws(UVError) {
                if !address(path, { Self.bind(descriptor, $0, $1) }) {
                    let code = errno
                    guard code == EADDRINUSE else { throw UVError(-code) }
                    try removeStaleFile(at: path)
                    if !address(path, { Self.bind(descriptor, $0, $1) }) { throw UVError(-errno) }
                }
                // Nobody can connect before `listen`, which comes later: the mode is never too wide.
                if chmod(path, mode) != 0 { throw UVError(-errno) }
                var status = stat()
                if lstat(path, &status) != 0 { throw UVError(-errno) }
                return SocketFile(
                    descriptor: descriptor, path: path, device: status.st_dev, inode: status.st_ino,
                    directory: directory)
            } catch {
                close(descriptor)
                throw error
            }
        } catch {
            close(directory)
            throw error
        }
    }

    /// Lets other processes bind in this directory again. The name has an owner now.
    func unlock() { close(directory) }

    /// Gives everything up before libuv has taken the descriptor.
    func discard() {
        unlinkIfOurs()
        close(descriptor)
        unlock()
    }

    /// Removes the file unless it is another one by now.
    func unlinkIfOurs() {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_dev == device, status.st_ino == inode else { return }
        unlink(path)
    }

    // MARK: Steps

    private static func lockDirectory(of path: String) throws(UVError) -> Int32 {
        let parent =
            path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw UVError(-errno) }
        // Held for a few system calls by others like us, so waiting is short.
        while flock(directory, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let code = errno
                close(directory)
                throw UVError(-code)
            }
        }
        return directory
    }

    private static func makeSocket(mode: mode_t) throws(UVError) -> Int32 {
        #if canImport(Darwin)
            let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
            guard descriptor >= 0 else { throw UVError(-errno) }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        #else
            let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            let descriptor = socket(AF_UNIX, type, 0)
            guard descriptor >= 0 else { throw UVError(-errno) }
        #endif
        // On Linux the file gets the mode of the unbound socket, less the umask: it never appears with a wider one.
        fchmod(descriptor, mode)
        return descriptor
    }

    /// Removes a socket file whose owner is gone.
    private static func removeStaleFile(at path: String) throws(UVError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            // It has just gone by itself.
            if errno == ENOENT { return }
            throw UVError(-errno)
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notSocket }
        let probe = try makeSocket(mode: 0o600)
        defer { close(probe) }
        let isConnected = address(path, { Self.connect(probe, $0, $1) })
        // Only a refusal proves that nobody listens; a full backlog, for one, means that somebody does.
        guard !isConnected, errno == ECONNREFUSED else { throw .addressInUse }
        if unlink(path) != 0, errno != ENOENT { throw UVError(-errno) }
    }

    private static func address(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    private static func bind(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ size: socklen_t) -> Int32 {
        #if canImport(Darwin)
            Darwin.bind(descriptor, address, size)
        #else
            Glibc.bind(descriptor, address, size)
        #endif
    }

    private static func connect(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ size: socklen_t) -> Int32 {
        #if canImport(Darwin)
            Darwin.connect(descriptor, address, size)
        #else
            Glibc.connect(descriptor, address, size)
        #endif
    }
}
