/// An IPv4 or IPv6 address with a port, as plain numbers: where a datagram comes from or goes to.
package struct DatagramAddress: Hashable, Sendable {
    /// The upper half of an IPv6 address, 0 for IPv4.
    package let high: UInt64
    /// The lower half of an IPv6 address, or an IPv4 address, first byte on top.
    package let low: UInt64
    /// The number of the interface that a link-local IPv6 address belongs to, 0 otherwise.
    package let scope: UInt32
    package var port: UInt16
    package let isIPv6: Bool

    package init(ipv4 address: UInt32, port: UInt16) {
        (high, low, scope, isIPv6) = (0, UInt64(address), 0, false)
        self.port = port
    }

    package init(ipv6 high: UInt64, _ low: UInt64, scope: UInt32 = 0, port: UInt16) {
        (self.high, self.low, self.scope, isIPv6) = (high, low, scope, true)
        self.port = port
    }

    /// Four decimal numbers with dots between. Nil for everything else: names are not looked up here.
    package init?(ipv4 text: UnsafeRawBufferPointer, port: UInt16) {
        var address: UInt32 = 0
        var part: UInt32?
        var partCount = 1
        for byte in text {
            if byte == UInt8(ascii: "."), let number = part {
                guard partCount < 4 else { return nil }
                address = address &<< 8 | number
                part = nil
                partCount += 1
            } else {
                // No zeros ahead: some programs take such numbers for octal.
                guard (0x30...0x39).contains(byte), part != 0 else { return nil }
                let number = (part ?? 0) * 10 + UInt32(byte &- 0x30)
                guard number <= 255 else { return nil }
                part = number
            }
        }
        guard partCount == 4, let last = part else { return nil }
        self.init(ipv4: address &<< 8 | last, port: port)
    }

    /// The same address with another port.
    package func with(port: UInt16) -> DatagramAddress {
        var other = self
        other.port = port
        return other
    }

    /// Whether the two differ in the port at most.
    package func isSameHost(as other: DatagramAddress) -> Bool {
        high == other.high && low == other.low && scope == other.scope && isIPv6 == other.isIPv6
    }
}
