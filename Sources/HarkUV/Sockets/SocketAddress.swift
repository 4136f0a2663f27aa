internal import CLibUV

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// An IPv4 or IPv6 address and a port; inside this module also the name of a unix socket.
package struct SocketAddress: Equatable, Sendable, CustomStringConvertible {
    var storage = sockaddr_storage()

    init() {}

    /// The ports there are. 0 lets the kernel choose when listening.
    package static let ports = 0...65535

    /// A numeric address, with a zone after `%` for link-local IPv6. Nil when `host` is a name, or `port` not a port.
    package init?(numeric host: String, port: Int) {
        // C would read the text up to a zero byte only.
        guard Self.ports.contains(port), !host.utf8.contains(0) else { return nil }
        let isParsed = withMutable { address in
            address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { uv_ip4_addr(host, Int32(port), $0) } == 0
                || address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    uv_ip6_addr(host, Int32(port), $0)
                } == 0
        }
        guard isParsed else { return nil }
    }

    init(copying address: UnsafePointer<sockaddr>) {
        let byteCount =
            Int32(address.pointee.sa_family) == AF_INET6
            ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        withUnsafeMutableBytes(of: &storage) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: byteCount))
        }
    }

    /// The name of a unix socket, which must have been checked by `SocketFile.checkPath`.
    init(unixPath path: String) {
        withMutable { address in
            address.withMemoryRebound(to: sockaddr_un.self, capacity: 1) { address in
                address.pointee.sun_family = sa_family_t(AF_UNIX)
                withUnsafeMutableBytes(of: &address.pointee.sun_path) { $0.copyBytes(from: path.utf8) }
            }
        }
    }

    /// The path of a unix socket; nil for one without a path, and for other addresses.
    var unixPath: String? {
        guard family == AF_UNIX else { return nil }
        // `sun_path` stands behind the family, in the place of the port.
        let path = withUnsafeBytes(of: storage) { $0.dropFirst(2).prefix { $0 != 0 }.map { $0 } }
        return path.isEmpty ? nil : String(decoding: path, as: UTF8.self)
    }

    var family: Int32 { Int32(storage.ss_family) }

    /// Whether this is an IPv4 or IPv6 address.
    var isInternet: Bool { family == AF_INET || family == AF_INET6 }

    var byteCount: socklen_t {
        socklen_t(isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
    }

    package var isIPv6: Bool { family == AF_INET6 }

    package var port: Int {
        // The port stands at the same place in both structures.
        withUnsafeBytes(of: storage) { Int(UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self))) }
    }

    /// The address without the port.
    package var host: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
            let status = withAddress { address in
                isIPv6
                    ? address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                        uv_ip6_name($0, text.baseAddress, text.count)
                    }
                    : address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                        uv_ip4_name($0, text.baseAddress, text.count)
                    }
            }
            guard status == 0, let start = text.baseAddress else { return "?" }
            return String(cString: start)
        }
    }

    package var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

    package static func == (a: SocketAddress, b: SocketAddress) -> Bool {
        a.isIPv6 == b.isIPv6 && a.port == b.port && a.host == b.host
    }

    func withAddress<Result, Failure: Error>(
        _ body: (UnsafePointer<sockaddr>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafePointer(to: storage) { (pointer) throws(Failure) in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { (address) throws(Failure) in
                try body(address)
            }
        }
    }

    mutating func withMutable<Result, Failure: Error>(
        _ body: (UnsafeMutablePointer<sockaddr>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeMutablePointer(to: &storage) { (pointer) throws(Failure) in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { (address) throws(Failure) in
                try body(address)
            }
        }
    }
}
