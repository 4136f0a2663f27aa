internal import CLibUV

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A network interface of this machine, with one of its addresses.
package struct NetworkInterface: Equatable, Sendable {
    /// Such as `eth0`.
    package let name: String

    /// The kernel's number for it, from 1 on.
    package let index: UInt32

    /// One of its addresses; an interface with several is listed once for each. The port is 0.
    package let address: SocketAddress

    /// Whether it reaches this machine only.
    package let isLoopback: Bool

    /// Those that are up, in the kernel's order.
    package static func all() throws(UVError) -> [NetworkInterface] {
        var list: UnsafeMutablePointer<uv_interface_address_t>?
        var count: Int32 = 0
        try UVError.check(uv_interface_addresses(&list, &count))
        defer { uv_free_interface_addresses(list, count) }
        return UnsafeBufferPointer(start: list, count: Int(count)).compactMap(NetworkInterface.init)
    }

    private init?(_ interface: uv_interface_address_t) {
        var address = interface.address
        let copy = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { SocketAddress(copying: $0) }
        }
        let index = if_nametoindex(interface.name)
        // It may have gone since.
        guard copy.isInternet, index > 0 else { return nil }
        name = String(cString: interface.name)
        self.index = index
        self.address = copy
        isLoopback = interface.is_internal != 0
    }

    /// The interface that `text` means: its name, its number, or one of its addresses. One that has an address of
    /// another family only is found by name and number as well.
    package static func find(_ text: String, among interfaces: [NetworkInterface]) -> NetworkInterface? {
        if let address = SocketAddress(numeric: text, port: 0) {
            return interfaces.first { $0.address == address }
        }
        return interfaces.first { $0.name == text }
            ?? UInt32(text).flatMap { number in
                interfaces.first { $0.index == number }
            }
    }
}
