internal import CHarkSockets
package import HarkWire

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Groups and interfaces.
///
/// A membership ends with its interface, and nobody tells. Join again every second or two: that costs little while all
/// is well, and finds the interface by its text when it has come back under another number. The interface to send
/// through is found again likewise.
extension DatagramPort {
    /// Receives what is sent to `group` through an interface: its name, number or address; nil lets the system choose.
    /// Joining again is not an error, and joins again what was lost with an interface.
    ///
    /// - Parameter sources: whose datagrams are received; everybody's when there are none. Networks that know of
    ///   sources (IGMPv3, MLDv2) bring nothing of others.
    /// - Throws: `.noDevice` when there is no such interface, `.invalid` when it is no group.
    package func join(
        _ group: DatagramAddress, from sources: [DatagramAddress] = [], on interface: String? = nil
    ) throws(UVError) {
        let socket = try socket()
        let isByText = interface != nil || self.interface != nil
        let interfaces = isByText ? try NetworkInterface.all() : []
        let index = try Self.index(of: interface, among: interfaces) ?? group.scope
        let place = memberships.firstIndex { $0.group.isSameHost(as: group) && $0.interface == interface }
        // Of what is gone, the system keeps the place of a membership, and there are few.
        if let place, memberships[place].index != index {
            try? socket.leave(SocketAddress(group), onInterface: memberships[place].index)
        }
        if sources.isEmpty { try socket.join(SocketAddress(group), onInterface: index) }
        for source in sources {
            try socket.join(SocketAddress(group), from: SocketAddress(source), onInterface: index)
        }
        if let place {
            memberships[place].index = index
        } else {
            memberships.append(DatagramMembership(group: group, interface: interface, index: index))
        }
        // The interface to send through may be another one, and may not have come back yet.
        try? useInterface(among: interfaces)
    }

    /// Receives it no more. Leaving what was not joined is not an error.
    package func leave(_ group: DatagramAddress, on interface: String? = nil) throws(UVError) {
        let socket = try socket()
        guard
            let place = memberships.firstIndex(where: { $0.group.isSameHost(as: group) && $0.interface == interface })
        else { return }
        try socket.leave(SocketAddress(group), onInterface: memberships.remove(at: place).index)
    }

    /// Sends through the interface that was asked for, which may have another number now, and finds out what it
    /// carries.
    func useInterface(among interfaces: [NetworkInterface]? = nil) throws(UVError) {
        let socket = try socket()
        if interface != nil, interfaces == nil { return try useInterface(among: NetworkInterface.all()) }
        if let index = try Self.index(of: interface, among: interfaces ?? []), index != interfaceIndex {
            try socket.setMulticastInterface(index, isIPv6: localAddress.isIPv6)
            interfaceIndex = index
        }
        datagramByteCountMax = Self.byteCountMax(targets, interfaceIndex, isIPv6: localAddress.isIPv6)
    }

    /// The number of the interface that `text` means; nil for nil.
    private static func index(
        of text: String?, among interfaces: [NetworkInterface]
    ) throws(UVError) -> UInt32? {
        guard let text else { return nil }
        if let interface = NetworkInterface.find(text, among: interfaces) { return interface.index }
        // One that is down has a name at least, and may be joined for the time when it is up.
        let index = text.utf8.contains(0) ? 0 : if_nametoindex(text)
        guard index > 0 else { throw .noDevice }
        return index
    }

    // MARK: Lengths

    /// 1 500 bytes: what Ethernet carries, for those of whom nothing is known.
    private static nonisolated let usualPacketByteCount = 1_500

    /// 8 targets are asked about. Where there are more, they are taken to be members of one network.
    private static nonisolated let probedTargetsMax = 8

    /// The longest datagram that gets to all targets in one piece, in bytes.
    private static func byteCountMax(_ targets: [DatagramAddress], _ index: UInt32, isIPv6: Bool) -> Int {
        let packetByteCount =
            targets.prefix(probedTargetsMax).map {
                SocketDescriptor.packetByteCountMax(to: $0, throughInterface: index) ?? usualPacketByteCount
            }
            .min() ?? usualPacketByteCount
        // The headers of IP and UDP; and what the length in the header of an IPv4 packet can say.
        return isIPv6
            ? min(packetByteCount - 48, UDPSocket.byteCountMax - 20) : min(packetByteCount - 28, UDPSocket.byteCountMax)
    }
}
