internal import CHarkSockets
internal import CLibUV
package import HarkWire

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Addresses of datagrams as sockets and people write them.
extension DatagramAddress {
    package init(_ address: SocketAddress) {
        self.init(address.withAddress { hark_address_load($0) })
    }

    init(_ numbers: hark_address) {
        self =
            numbers.is_ipv6
            ? DatagramAddress(ipv6: numbers.high, numbers.low, scope: numbers.scope, port: numbers.port)
            : DatagramAddress(ipv4: UInt32(truncatingIfNeeded: numbers.low), port: numbers.port)
    }

    var numbers: hark_address { hark_address(high: high, low: low, scope: scope, port: port, is_ipv6: isIPv6) }

    /// A numeric address, with a zone after `%` for link-local IPv6: the name of an interface, or its number. Nil when
    /// `host` is a name.
    package init?(numeric host: String, port: UInt16) {
        guard let address = SocketAddress(numeric: host, port: Int(port)) else { return nil }
        self.init(address)
    }

    /// The address without the port, as `init(numeric:port:)` reads it.
    package var host: String {
        let host = SocketAddress(self).host
        guard scope != 0 else { return host }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(IF_NAMESIZE)) { name in
            guard let start = name.baseAddress, if_indextoname(scope, start) != nil else { return "\(host)%\(scope)" }
            return "\(host)%\(String(cString: start))"
        }
    }

    /// The address with its port, IPv6 in brackets.
    package var text: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether it stands for a group: 224.0.0.0/4, ff00::/8.
    package var isMulticast: Bool { isIPv6 ? high >> 56 == 0xFF : low >> 28 == 0xE }
}

extension SocketAddress {
    package init(_ address: DatagramAddress) {
        self.init()
        _ = hark_address_store(address.numbers, &storage)
    }
}
