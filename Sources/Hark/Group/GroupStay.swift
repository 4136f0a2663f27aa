internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// What a member needs to take part: its sockets, bound, and the link with the machine of its dialect.
@EventLoop
struct GroupStay {
    let port: Int
    let link: GroupLink
    /// What encrypts a native group.
    let cipher: (any RotatingCipher)?
    private let sockets: [any DatagramSocket]
    private let memberships: [GroupMembership]

    /// Binds the sockets.
    init(_ group: MulticastGroup) async throws(HarkError) {
        let options = group.options
        try MulticastGroup.check(options)
        port = try group.choosePort()
        let places = try GroupPlaces(options, port: UInt16(truncatingIfNeeded: port))
        let transport = options.environment.datagrams
        var binding = DatagramBinding(places.own, targets: places.targets)
        binding.interface = options.interface
        binding.hopCount = options.multicastTtl
        if options.dialect == .eventcast, options.peers.isEmpty {
            // Whoever asks for segments may have written another's address on it, and this wire cannot tell: so they
            // get no further than the group does. No system sends to an address with 0.
            binding.unicastHopCount = max(options.multicastTtl, 1)
        }
        binding.isLoopingBack = options.multicastLoopback
        let own = try transport.open(binding)
        var sockets = [own]
        var memberships: [GroupMembership] = []
        do throws(HarkError) {
            if let shared = places.shared {
                let socket = try transport.open(DatagramBinding(shared, targets: []))
                sockets.append(socket)
                // The one that sends receives nothing of it. It joins to find its interface again that has gone.
                memberships = sockets.map {
                    GroupMembership(
                        socket: $0, group: places.group, sources: places.sources,
                        interfaces: options.joinsAllInterfaces ? .all : .one(options.interface), transport: transport)
                }
                for membership in memberships { try membership.renew() }
            }
            group.ownAddress = places.announced.host
            (link, cipher) = try await group.makeLink(places, over: own)
        } catch {
            for socket in sockets { socket.close() }
            throw error
        }
        self.sockets = sockets
        self.memberships = memberships
    }

    /// Begins to receive.
    func open() throws(HarkError) {
        do throws(HarkError) { try link.open(sockets, memberships) } catch {
            close()
            throw error
        }
    }

    func close() { for socket in sockets { socket.close() } }
}
