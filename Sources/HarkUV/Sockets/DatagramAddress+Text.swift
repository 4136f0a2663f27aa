package import HarkWire

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Addresses as people write them, and as the system has them.
extension DatagramAddress {
    /// A numeric address, with a zone after `%` for link-local IPv6. Nil when `host` is a name, or `port` not a port.
    package init?(numeric host: String, port: Int) {
        guard let address = SocketAddress(numeric: host, port: port) else { return nil }
        self.init(address)
    }

    package init(_ address: SocketAddress) {
        let port = UInt16(truncatingIfNeeded: address.port)
        self = withUnsafeBytes(of: address.storage) { bytes in
            guard address.isIPv6 else {
                let number = bytes.loadUnaligned(fromByteOffset: Self.ipv4Offset, as: UInt32.self)
                return DatagramAddress(ipv4: UInt32(bigEndian: number), port: port)
            }
            let high = bytes.loadUnaligned(fromByteOffset: Self.ipv6Offset, as: UInt64.self)
            let low = bytes.loadUnaligned(fromByteOffset: Self.ipv6Offset + 8, as: UInt64.self)
            let scope = bytes.loadUnaligned(fromByteOffset: Self.ipv6Offset + 16, as: UInt32.self)
            return DatagramAddress(ipv6: UInt64(bigEndian: high), UInt64(bigEndian: low), scope: scope, port: port)
        }
    }

    /// Where the address stands in `sockaddr_in` and in `sockaddr_in6`, there behind the flow label.
    private static let (ipv4Offset, ipv6Offset) = (4, 8)

    /// The address without the port.
    package var host: String { SocketAddress(self).host }

    /// Whether this is the address of a group: 224.0.0.0/4 or ff00::/8.
    package var isMulticast: Bool { isIPv6 ? high &>> 56 == 0xFF : low &>> 28 == 0xE }

    /// Whether this means every address of the host.
    package var isWildcard: Bool { high == 0 && low == 0 }
}

extension SocketAddress {
    package init(_ address: DatagramAddress) {
        self.init()
        withMutable { pointer in
            if address.isIPv6 {
                pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    $0.pointee.sin6_family = sa_family_t(AF_INET6)
                    $0.pointee.sin6_port = address.port.bigEndian
                    $0.pointee.sin6_scope_id = address.scope
                    withUnsafeMutableBytes(of: &$0.pointee.sin6_addr) {
                        $0.storeBytes(of: address.high.bigEndian, as: UInt64.self)
                        $0.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
                    }
                }
            } else {
                pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    $0.pointee.sin_family = sa_family_t(AF_INET)
                    $0.pointee.sin_port = address.port.bigEndian
                    $0.pointee.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.low).bigEndian
                }
            }
        }
    }
}
