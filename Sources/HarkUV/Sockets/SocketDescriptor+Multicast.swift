#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What multicast asks of a datagram socket (RFC 3678 for groups). Options go by the family of the socket, interfaces
/// by their number: 0 lets the kernel choose.
extension SocketDescriptor {
    /// Receives what is sent to `group` on an interface. Joining again is not an error.
    func join(_ group: SocketAddress, onInterface index: UInt32) throws(UVError) {
        do throws(UVError) {
            try request(MCAST_JOIN_GROUP, group, index)
        } catch .addressInUse {
            return
        }
    }

    /// Receives it no more. Leaving a group that was not joined, or whose interface has gone, is not an error.
    func leave(_ group: SocketAddress, onInterface index: UInt32) throws(UVError) {
        do throws(UVError) {
            try request(MCAST_LEAVE_GROUP, group, index)
        } catch .addressNotAvailable {
            return
        }
    }

    private func request(_ option: Int32, _ group: SocketAddress, _ index: UInt32) throws(UVError) {
        var request = group_req()
        request.gr_interface = index
        request.gr_group = group.storage
        let level = group.isIPv6 ? Self.ipv6 : Self.ipv4
        try Self.check(setsockopt(number, level, option, &request, socklen_t(MemoryLayout<group_req>.size)))
    }

    /// Sends multicasts through this interface.
    func setMulticastInterface(_ index: UInt32, isIPv6: Bool) throws(UVError) {
        if isIPv6 { return try set(Self.ipv6, IPV6_MULTICAST_IF, to: Int32(bitPattern: index)) }
        var request = ip_mreqn()
        request.imr_ifindex = Int32(bitPattern: index)
        try Self.check(
            setsockopt(number, Self.ipv4, IP_MULTICAST_IF, &request, socklen_t(MemoryLayout<ip_mreqn>.size)))
    }

    /// How many routers a multicast may pass, and one more: 1 stays within the network, 0 within the machine.
    func setMulticastHops(_ count: Int, isIPv6: Bool) throws(UVError) {
        guard let count = UInt8(exactly: count) else { throw .invalid }
        try set(isIPv6 ? Self.ipv6 : Self.ipv4, isIPv6 ? IPV6_MULTICAST_HOPS : IP_MULTICAST_TTL, to: Int32(count))
    }

    /// Whether members on this machine receive what is sent from here.
    func setMulticastLoopback(_ isOn: Bool, isIPv6: Bool) throws(UVError) {
        try set(isIPv6 ? Self.ipv6 : Self.ipv4, isIPv6 ? IPV6_MULTICAST_LOOP : IP_MULTICAST_LOOP, to: isOn ? 1 : 0)
    }

    /// Receives only the groups that this socket has joined: Linux delivers to every socket on the port what any of
    /// the machine's has joined.
    func refuseForeignGroups(isIPv6: Bool) throws(UVError) {
        #if os(Linux)
            // Neither header names them for Swift: `linux/in.h`, `linux/in6.h`.
            let (ipv4All, ipv6All): (Int32, Int32) = (49, 29)
            try set(isIPv6 ? Self.ipv6 : Self.ipv4, isIPv6 ? ipv6All : ipv4All, to: 0)
        #endif
    }

    private static let ipv4 = Int32(IPPROTO_IP)
    private static let ipv6 = Int32(IPPROTO_IPV6)
}
