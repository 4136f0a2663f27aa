internal import CLibUV

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A socket's descriptor and the system calls on it that libuv does not offer, or not as we need them. Never blocks:
/// all sockets made here are non-blocking and closed on exec.
struct SocketDescriptor: Equatable, Sendable {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    /// Makes a stream socket of `family`.
    static func make(_ family: Int32, isDatagram: Bool = false) throws(UVError) -> SocketDescriptor {
        let kind = isDatagram ? SOCK_DGRAM : SOCK_STREAM
        #if canImport(Darwin)
            let descriptor = SocketDescriptor(try check(socket(family, kind, 0)))
            descriptor.setFlags()
            return descriptor
        #else
            let type = kind.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
            return SocketDescriptor(try check(socket(family, Int32(type), 0)))
        #endif
    }

    /// Takes the next connection from a listening socket.
    func accept() throws(UVError) -> SocketDescriptor {
        #if canImport(Darwin)
            let descriptor = SocketDescriptor(try Self.check(Darwin.accept(number, nil, nil)))
            descriptor.setFlags()
            return descriptor
        #else
            let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            return SocketDescriptor(try Self.check(accept4(number, nil, nil, flags)))
        #endif
    }

    #if canImport(Darwin)
        private func setFlags() {
            _ = fcntl(number, F_SETFD, FD_CLOEXEC)
            _ = fcntl(number, F_SETFL, O_NONBLOCK)
        }
    #endif

    func bind(_ address: UnsafePointer<sockaddr>, _ byteCount: socklen_t) throws(UVError) {
        #if canImport(Darwin)
            try Self.check(Darwin.bind(number, address, byteCount))
        #else
            try Self.check(Glibc.bind(number, address, byteCount))
        #endif
    }

    func connect(_ address: UnsafePointer<sockaddr>, _ byteCount: socklen_t) throws(UVError) {
        #if canImport(Darwin)
            try Self.check(Darwin.connect(number, address, byteCount))
        #else
            try Self.check(Glibc.connect(number, address, byteCount))
        #endif
    }

    func listen(backlog: Int32) throws(UVError) {
        #if canImport(Darwin)
            try Self.check(Darwin.listen(number, backlog))
        #else
            try Self.check(Glibc.listen(number, backlog))
        #endif
    }

    func close() {
        #if canImport(Darwin)
            _ = Darwin.close(number)
        #else
            _ = Glibc.close(number)
        #endif
    }

    // MARK: Options and addresses

    func set(_ level: Int32, _ option: Int32, to value: Int32) throws(UVError) {
        var value = value
        try Self.check(setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size)))
    }

    func get(_ level: Int32, _ option: Int32) throws(UVError) -> Int32 {
        var value: Int32 = 0
        var byteCount = socklen_t(MemoryLayout<Int32>.size)
        try Self.check(getsockopt(number, level, option, &value, &byteCount))
        return value
    }

    /// Whether this is a stream socket.
    func isStream() throws(UVError) -> Bool {
        #if canImport(Darwin)
            try get(SOL_SOCKET, SO_TYPE) == SOCK_STREAM
        #else
            try get(SOL_SOCKET, SO_TYPE) == Int32(SOCK_STREAM.rawValue)
        #endif
    }

    /// The address it is bound to; one of a unix socket tells only the family.
    func localAddress() throws(UVError) -> SocketAddress { try address { getsockname($0, $1, $2) } }

    /// The address of the other side.
    func remoteAddress() throws(UVError) -> SocketAddress { try address { getpeername($0, $1, $2) } }

    private func address(
        _ ask: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) throws(UVError) -> SocketAddress {
        var address = SocketAddress()
        var byteCount = socklen_t(MemoryLayout<sockaddr_storage>.size)
        try Self.check(address.withMutable { ask(number, $0, &byteCount) })
        return address
    }

    /// Throws the error that a system call has left in `errno` if it returned one.
    @discardableResult
    static func check(_ result: Int32) throws(UVError) -> Int32 {
        let code = errno
        if result < 0 { throw UVError(-code) }
        return result
    }
}
