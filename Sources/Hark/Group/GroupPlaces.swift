internal import HarkUV
internal import HarkWire

/// The addresses that a member of a group needs, from what its options say.
@EventLoop
struct GroupPlaces {
    /// What all members have in common: the group and its port; where there is no group, the address that would be it.
    let group: DatagramAddress
    /// Where the socket is bound that sends, and receives what is for this member alone.
    let own: DatagramAddress
    /// Where the socket is bound that receives what is for the group; nil where members are addressed one by one.
    let shared: DatagramAddress?
    /// Where events go.
    let targets: [DatagramAddress]
    /// Who is heard; everybody when there are none. Their ports are 0.
    let sources: [DatagramAddress]
    /// The address at which other members find this one, as they are told.
    let announced: DatagramAddress

    init(_ options: MulticastGroup.Options, port: UInt16) throws(HarkError) {
        guard let group = DatagramAddress(numeric: options.group, port: port), group.isMulticast else {
            throw HarkError(
                .invalidEndpoint,
                "\"\(options.group)\" is no group: they are numbers from 224.0.0.0 to 239.255.255.255, or "
                    + "begin with ff; without multicast, list the members in `peers`")
        }
        let wildcard = group.isIPv6 ? "::" : "0.0.0.0"
        let text = options.address ?? wildcard
        guard let address = DatagramAddress(numeric: text, port: 0), address.isIPv6 == group.isIPv6 else {
            throw HarkError(
                .invalidEndpoint, "\"\(text)\" is no address of the group's family; give a number such as \(wildcard)")
        }
        let interface = try options.environment.datagrams.ownAddress(
            on: options.interface, isIPv6: group.isIPv6)
        sources = try options.sources.map { (text) throws(HarkError) in
            guard let source = DatagramAddress(numeric: text, port: 0), source.isIPv6 == group.isIPv6,
                !source.isMulticast
            else {
                throw HarkError(
                    .invalidEndpoint, "\"\(text)\" is no address of a sender; give a number of the group's family")
            }
            return source
        }
        announced = address.high | address.low == 0 ? interface : address
        guard options.peers.isEmpty else {
            // Members may have ports of their own then.
            self.group = group.with(port: 0)
            own = address.with(port: port)
            shared = nil
            targets = try options.peers.map { (peer) throws(HarkError) in try Self.address(of: peer) }
            return
        }
        self.group = group
        // Where an interface is chosen, what is sent comes from its address, as it says.
        own = options.interface == nil ? address : announced
        shared = DatagramAddress(numeric: wildcard, port: port)
        targets = [group]
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
