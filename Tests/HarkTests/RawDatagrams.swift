import Foundation
import Testing

/// A datagram socket without the loop, at any address of the loopback interface: what strangers do.
struct RawDatagrams {
    private let descriptor: Int32

    /// - Parameter address: of this machine, first byte on top.
    init(from address: UInt32) throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        try #require(descriptor >= 0)
        let status = Self.withAddress(address, 0) { [descriptor] in
            bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
        try #require(status == 0)
    }

    /// To a port of this machine.
    func send(_ bytes: [UInt8], to port: Int) throws {
        let count = Self.withAddress(0x7F00_0001, UInt16(port)) { [descriptor] in
            sendto(descriptor, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
        try #require(count == bytes.count)
    }

    func close() { Foundation.close(descriptor) }

    private static func withAddress<Result>(
        _ address: UInt32, _ port: UInt16, _ body: (UnsafePointer<sockaddr>) -> Result
    ) -> Result {
        var storage = sockaddr_in()
        storage.sin_family = sa_family_t(AF_INET)
        storage.sin_port = port.bigEndian
        storage.sin_addr.s_addr = address.bigEndian
        return withUnsafePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
        }
    }
}
