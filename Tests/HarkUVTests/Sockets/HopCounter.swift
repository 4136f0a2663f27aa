#if os(Linux)
    import Foundation
    import HarkUV
    import Testing

    /// A socket without the loop that tells how many routers a datagram could still have passed.
    struct HopCounter {
        private let descriptor: Int32
        let port: UInt16

        /// On the loopback interface.
        init(isIPv6: Bool) throws {
            descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
            // The second one has no name for Swift: `linux/in6.h`.
            let (level, option) = isIPv6 ? (Int32(IPPROTO_IPV6), 51) : (Int32(IPPROTO_IP), IP_RECVTTL)
            try Self.set(descriptor, level, option, Int32(1))
            // Long enough for any machine: what is sent to this one is here when `send` returns.
            try Self.set(descriptor, SOL_SOCKET, SO_RCVTIMEO, timeval(tv_sec: 10, tv_usec: 0))
            if isIPv6 {
                var address = sockaddr_in6()
                (address.sin6_family, address.sin6_addr) = (sa_family_t(AF_INET6), in6addr_loopback)
                port = try Self.bind(descriptor, &address)
            } else {
                var address = sockaddr_in()
                (address.sin_family, address.sin_addr.s_addr) = (sa_family_t(AF_INET), UInt32(0x7F00_0001).bigEndian)
                port = try Self.bind(descriptor, &address)
            }
        }

        private static func set(
            _ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: some BitwiseCopyable
        ) throws {
            let status = withUnsafeBytes(of: value) {
                setsockopt(descriptor, level, option, $0.baseAddress, socklen_t($0.count))
            }
            try UVError.check(status)
        }

        /// - Returns: the port that the system has chosen.
        private static func bind(_ descriptor: Int32, _ address: inout some Any) throws -> UInt16 {
            var byteCount = socklen_t(MemoryLayout.size(ofValue: address))
            return try withUnsafeMutableBytes(of: &address) { bytes in
                let pointer = try #require(bytes.bindMemory(to: sockaddr.self).baseAddress)
                try UVError.check(Foundation.bind(descriptor, pointer, byteCount))
                try UVError.check(getsockname(descriptor, pointer, &byteCount))
                // Both families have it there.
                return UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self))
            }
        }

        /// Of the next datagram.
        func next() throws -> Int {
            try withUnsafeTemporaryAllocation(byteCount: 64, alignment: 8) { content in
                try withUnsafeTemporaryAllocation(byteCount: 64, alignment: 8) { control in
                    var part = iovec(iov_base: content.baseAddress, iov_len: content.count)
                    return try withUnsafeMutablePointer(to: &part) { part in
                        var message = msghdr()
                        (message.msg_iov, message.msg_iovlen) = (part, 1)
                        (message.msg_control, message.msg_controllen) = (control.baseAddress, control.count)
                        try UVError.check(Int32(recvmsg(descriptor, &message, 0)))
                        // A length, a level, a type and then the number.
                        try #require(message.msg_controllen >= 20)
                        return Int(control.load(fromByteOffset: 16, as: Int32.self))
                    }
                }
            }
        }

        func close() { Foundation.close(descriptor) }
    }
#endif
