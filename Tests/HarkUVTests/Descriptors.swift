import Foundation
import HarkUV

/// Sockets made without the loop, for what comes from outside.
enum Descriptors {
    /// Two connected ends, of a socket pair or over TCP on the loopback.
    static func connectedPair(_ family: Int32) throws -> (Int32, Int32) {
        if family == AF_UNIX {
            var ends: [Int32] = [-1, -1]
            try UVError.check(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends))
            return (ends[0], ends[1])
        }
        let (listener, port) = try listening()
        defer { close(listener) }
        let client = try connecting(to: port)
        return (client, accept(listener, nil, nil))
    }

    /// A listening TCP socket on the loopback and its port.
    static func listening() throws -> (descriptor: Int32, port: Int) {
        let (descriptor, port) = bound()
        try UVError.check(listen(descriptor, 64))
        return (descriptor, port)
    }

    /// A port of the loopback on which nobody listens, nor will while the tests run.
    static let closedPort = bound().port

    private static func bound() -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port: 0)
        var byteCount = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, byteCount)
                getsockname(descriptor, pointer, &byteCount)
            }
        }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// A socket connected to a port of the loopback, or waiting to be accepted there.
    static func connecting(to port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port: port)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if status != 0 { throw UVError(-errno) }
        return descriptor
    }

    /// A socket that has begun to connect to a port where nobody listens, without waiting for the answer.
    static func connecting(toClosedPort port: Int) throws -> Int32 {
        let type = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue
        let descriptor = socket(AF_INET, Int32(type), 0)
        var address = loopback(port: port)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if status != 0, errno != EINPROGRESS { throw UVError(-errno) }
        return descriptor
    }

    /// A socket connected to the unix socket at `path`, or waiting to be accepted there. Does not block.
    static func connecting(to path: String) throws -> Int32 {
        let type = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue
        let descriptor = socket(AF_UNIX, Int32(type), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if status != 0 {
            let code = errno
            close(descriptor)
            throw UVError(-code)
        }
        return descriptor
    }

    /// Takes all descriptors that the calling thread may still open; 0 has to be open. Use them on this thread only.
    static func takeAll() -> [Int32] {
        // The system's own libraries need some for their timers, and end the process when they get none.
        let warm = Tally()
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(1)) { warm.add() }
        DispatchQueue.global().asyncAfter(wallDeadline: .now() + .milliseconds(1)) { warm.add() }
        warm.wait(for: 2)
        splitTable()
        // The process that began this one may have left it any number of its own.
        let count = rlim_t(highest + 200)
        var limit = rlimit(rlim_cur: count, rlim_max: count)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        var taken: [Int32] = []
        while case let descriptor = dup(0), descriptor >= 0 { taken.append(descriptor) }
        return taken
    }

    /// The highest descriptor that is open.
    private static var highest: Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/dev/fd")) ?? []
        return names.compactMap { Int($0) }.max() ?? 0
    }

    /// Gives the calling thread a copy of the process' descriptors, so that the others still have some to open. Where
    /// work waits for a thread, Dispatch reads a file of `/proc` about each of its threads once a second, and ends the
    /// process when it cannot. On a busy machine that happens now and then.
    ///
    /// Where the system does not allow it, all threads are out of descriptors.
    private static func splitTable() {
        #if os(Linux)
            // In <sched.h>, which Swift does not import in full.
            let cloneFiles: Int32 = 0x400
            guard let symbol = dlsym(nil, "unshare") else { return }
            let unshare = unsafeBitCast(symbol, to: (@convention(c) (Int32) -> Int32).self)
            _ = unshare(cloneFiles)
        #endif
    }

    private static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
