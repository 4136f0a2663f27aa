import Foundation
import Testing

/// A TCP connection without the loop: what strangers do. Never blocks after it is made.
struct RawSocket {
    private let descriptor: Int32

    init(to port: Int) throws { descriptor = try Self.connecting(to: port, waiting: true) }

    /// A descriptor that is connected, or has begun to connect where nobody waits for it.
    static func connecting(to port: Int, waiting: Bool) throws -> Int32 {
        let type = SOCK_STREAM.rawValue | (waiting ? 0 : SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_INET, Int32(type), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(status == 0 || !waiting && errno == EINPROGRESS)
        return descriptor
    }

    /// Sends what there is room for.
    func send(_ bytes: [UInt8]) {
        _ = Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
    }

    /// Closes the connection as a process does that dies with bytes unread: the other side's next call fails.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        close(descriptor)
    }
}
