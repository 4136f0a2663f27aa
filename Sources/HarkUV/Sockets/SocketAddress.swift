internal import CLibUV

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// An IPv4 or IPv6 address and a port.
package struct SocketAddress: Equatable, Sendable, CustomStringConvertible {
    var storage = sockaddr_storage()

    init() {}

    /// A numeric address, with a zone after `%` for link-local IPv6. Nil when `host` is a name.
    package init?(numeric host: String, port: Int) {
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

    package var isIPv6: Bool { Int32(storage.ss_family) == AF_INET6 }

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

    func withAddress<Result>(_ body: (UnsafePointer<sockaddr>) -> Result) -> Result {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
        }
    }

    mutating func withMutable<Result>(_ body: (UnsafeMutablePointer<sockaddr>) -> Result) -> Result {
        withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
        }
    }
}
