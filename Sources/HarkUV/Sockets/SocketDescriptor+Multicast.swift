internal import CHarkSockets
internal import HarkWire

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What multicast asks of a datagram socket (RFC 3678 for groups). Options go by the family of the socket, interfaces
/// by their number: 0 lets the kernel choose.
extension SocketDescriptor {
    /// Makes a datagram socket, which shares its port with others that do, and binds it.
    static func datagram(boundTo address: SocketAddress) throws(UVError) -> SocketDescriptor {
        let socket = try make(address.family, isDatagram: true)
        do throws(UVError) {
            try socket.set(SOL_SOCKET, SO_REUSEADDR, to: 1)
            #if canImport(Darwin)
                try socket.set(SOL_SOCKET, SO_REUSEPORT, to: 1)
            #endif
            if address.isIPv6 { try socket.set(ipv6, IPV6_V6ONLY, to: 1) }
            try socket.refuseForeignGroups(isIPv6: address.isIPv6)
            try address.withAddress { (pointer) throws(UVError) in try socket.bind(pointer, address.byteCount) }
        } catch {
            socket.close()
            throw error
        }
        return socket
    }

    /// Receives what is sent to `group` on an interface. Joining again is not an error.
    func join(_ group: SocketAddress, onInterface index: UInt32) throws(UVError) {
        do throws(UVError) {
            try request(MCAST_JOIN_GROUP, group, index)
        } catch .addressInUse {
            return
        }
    }

    /// Receives what `source` sends to `group` on an interface, and other sources that were joined. Joining again is
    /// not an error.
    func join(_ group: SocketAddress, from source: SocketAddress, onInterface index: UInt32) throws(UVError) {
        var request = group_source_req()
        request.gsr_interface = index
        request.gsr_group = group.storage
        request.gsr_source = source.storage
        let level = group.isIPv6 ? Self.ipv6 : Self.ipv4
        let byteCount = socklen_t(MemoryLayout<group_source_req>.size)
        do throws(UVError) {
            try Self.check(setsockopt(number, level, MCAST_JOIN_SOURCE_GROUP, &request, byteCount))
        } catch .addressNotAvailable, .addressInUse {
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

    /// The same for what is sent to one address, which no system lets be 0.
    func setUnicastHops(_ count: Int, isIPv6: Bool) throws(UVError) {
        guard let count = UInt8(exactly: count), count > 0 else { throw .invalid }
        try set(isIPv6 ? Self.ipv6 : Self.ipv4, isIPv6 ? IPV6_UNICAST_HOPS : IP_TTL, to: Int32(count))
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

/// Where packets go, and how long they may be.
extension SocketDescriptor {
    /// The longest packet that gets to `target` in one piece, in bytes; nil when that is not known. Sends nothing.
    static func packetByteCountMax(to target: DatagramAddress, throughInterface index: UInt32) -> Int? {
        let address = SocketAddress(target.with(port: 9))
        guard let socket = try? make(address.family, isDatagram: true) else { return nil }
        defer { socket.close() }
        try? socket.setMulticastInterface(index, isIPv6: target.isIPv6)
        // A datagram socket is connected without a packet.
        if (try? address.withAddress { (pointer) throws(UVError) in try socket.connect(pointer, address.byteCount) })
            != nil
        {
            let byteCount = hark_path_mtu(socket.number, target.isIPv6)
            if byteCount > 0 { return Int(byteCount) }
        }
        guard index > 0 else { return nil }
        let byteCount = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(IF_NAMESIZE)) { name -> Int32 in
            guard let start = name.baseAddress, if_indextoname(index, start) != nil else { return 0 }
            return hark_interface_mtu(socket.number, start)
        }
        return byteCount > 0 ? Int(byteCount) : nil
    }
}
