internal import HarkUV
internal import HarkWire

/// The addresses that a member of a group needs, from what its options say.
@EventLoop
struct GroupPlaces {
    /// The group, or where there is none the unspecified address, with the port that all members share.
    let group: DatagramAddress
    /// Where the socket is bound that sends, and receives what is for this member alone.
    let own: DatagramAddress
    /// Where the socket is bound that receives what is for the group; nil where members are addressed one by one.
    let shared: DatagramAddress?
    /// Where events go.
    let targets: [DatagramAddress]
    /// The address at which other members find this one, as they are told.
    let announced: String

    init(_ options: MulticastGroup.Options, port: UInt16) throws(HarkError) {
        guard let group = DatagramAddress(numeric: options.group, port: port) else {
            throw HarkError(
                .invalidEndpoint, "\"\(options.group)\" is no group; give its address as a number, such as 239.1.2.3")
        }
        let wildcard = group.isIPv6 ? "::" : "0.0.0.0"
        let interfaces = try Self.interfaces()
        let interface = try options.multicastInterface.map { (text) throws(HarkError) in
            try Self.interface(text, isIPv6: group.isIPv6, among: interfaces)
        }
        let text = options.address ?? wildcard
        guard let address = DatagramAddress(numeric: text, port: 0), address.isIPv6 == group.isIPv6 else {
            throw HarkError(
                .invalidEndpoint, "\"\(text)\" is no address of the group's family; give a number such as \(wildcard)")
        }
        announced = Self.announced(address, interface, among: interfaces, isIPv6: group.isIPv6)
        guard options.peers.isEmpty else {
            self.group = address.with(port: group.port)
            own = address.with(port: group.port)
            shared = nil
            targets = try options.peers.map { (peer) throws(HarkError) in try Self.address(of: peer) }
            return
        }
        guard group.isMulticast else {
            throw HarkError(
                .invalidEndpoint,
                "\(options.group) is no multicast group (224.0.0.0 to 239.255.255.255, or ff00::/8); "
                    + "without multicast, list the members in `peers`")
        }
        self.group = group
        own = address
        shared = DatagramAddress(numeric: wildcard, port: port)
        targets = [group]
    }

    private static func interfaces() throws(HarkError) -> [NetworkInterface] {
        do throws(UVError) { return try NetworkInterface.all() } catch {
            throw HarkError(.system, "the network interfaces cannot be listed: \(error)", cause: error)
        }
    }

    private static func interface(
        _ text: String, isIPv6: Bool, among interfaces: [NetworkInterface]
    ) throws(HarkError) -> NetworkInterface {
        guard let found = NetworkInterface.find(text, among: interfaces) else {
            var names: [String] = []
            for interface in interfaces where !names.contains(interface.name) { names.append(interface.name) }
            throw HarkError(
                .invalidOptions,
                "there is no interface \"\(text)\" that is up; there are \(names.joined(separator: ", "))")
        }
        // One of its addresses of the group's family.
        return interfaces.first {
            $0.index == found.index && $0.address == found.address && $0.address.isIPv6 == isIPv6
        }
            ?? interfaces.first { $0.index == found.index && $0.address.isIPv6 == isIPv6 } ?? found
    }

    /// That of the interface; without one the first that leads out of this machine, as originals have it.
    private static func announced(
        _ address: DatagramAddress, _ interface: NetworkInterface?, among interfaces: [NetworkInterface], isIPv6: Bool
    ) -> String {
        if address.high | address.low != 0 { return address.host }
        if let interface { return interface.address.host }
        let external = interfaces.first { !$0.isLoopback && $0.address.isIPv6 == isIPv6 }
        return external?.address.host ?? (isIPv6 ? "::1" : "127.0.0.1")
    }

    private static func address(of peer: Endpoint) throws(HarkError) -> DatagramAddress {
        guard case .udp(let host, let number) = peer, let port = UInt16(exactly: number), port > 0,
            let address = DatagramAddress(numeric: host, port: port)
        else {
            throw HarkError(
                .invalidEndpoint, "\(peer) is no address of a member; write udp://ADDRESS:PORT with a number")
        }
        return address
    }
}
