#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Lets one process at a time bind or remove names in a directory.
enum DirectoryLock {
    /// 2 s. Others like us hold the lock for a few system calls; somebody who may read the directory could hold it for
    /// ever, and the loop is blocked meanwhile.
    private static let patienceSeconds = 2

    /// Calls `body` with the lock of the directory that holds `path`.
    ///
    /// `body` is told whether the lock is held: it cannot be in a directory that we may search but not read.
    static func hold<Result>(
        for path: String, _ body: (_ isHeld: Bool) throws(UVError) -> Result
    ) throws(UVError) -> Result {
        let descriptor: Int32
        do throws(UVError) {
            descriptor = try SocketDescriptor.check(open(directory(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        } catch  where error == .permissionDenied {
            return try body(false)
        }
        // Closing the descriptor gives the lock back.
        defer { close(descriptor) }
        try lock(descriptor)
        return try body(true)
    }

    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func lock(_ descriptor: Int32) throws(UVError) {
        for _ in 0..<patienceSeconds * 1000 {
            do throws(UVError) {
                try SocketDescriptor.check(flock(descriptor, LOCK_EX | LOCK_NB))
                return
            } catch  where error == .wouldBlock || error == .interrupted {
                // A millisecond's rest.
                poll(nil, 0, 1)
            }
        }
        throw .timedOut
    }
}
