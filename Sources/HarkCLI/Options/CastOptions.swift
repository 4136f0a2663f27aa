import ArgumentParser
import Hark
import Logging

/// How a member of a group behaves: what Eventcast documents, in kebab case, and what native has besides.
struct CastOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Join and send through this interface: its name, number or address; all joins through every one. \
            (default: the system's choice)
            """, valueName: "interface"))
    var interface: String?

    @Option(help: ArgumentHelp("Hear this host only; may be repeated. (default: all)", valueName: "ip"))
    var source: [String] = []

    @Option(
        help: ArgumentHelp(
            "The address of this machine to send from and to be answered at. (default: 0.0.0.0, any)",
            valueName: "ip"))
    var address: String?

    @Option(
        help: ArgumentHelp(
            "The group, when the URL has an address of this machine instead. (default: that of the URL)",
            valueName: "group"))
    var membership: String?

    @Option(
        help: ArgumentHelp(
            "How many networks datagrams may pass: 1 stays in this one, 0 on this machine.", valueName: "n"))
    var ttl = 1

    @Flag(help: "Let members on this machine hear nothing of it.")
    var noLoopback = false

    @Option(
        help: ArgumentHelp(
            """
            eventcast: the longest slice of a message; datagrams are up to 300 bytes longer. native: the longest \
            datagram. (default: 1024; native: what the interface carries)
            """, valueName: "bytes"))
    var maxPayload: Int?

    @Option(
        help: ArgumentHelp(
            """
            eventcast: how long to wait for the rest of a message before asking for it, and as long again. (default: \
            3000)
            """, valueName: "ms"))
    var messageTtl: Int?

    @Option(
        help: ArgumentHelp(
            "Send to these members one by one, where multicast does not work; may be repeated.",
            valueName: "udp://ip:port"))
    var peer: [String] = []

    @Option(help: ArgumentHelp("native: bytes to send in a second at most. (default: as many as go)", valueName: "n"))
    var rate: Int?

    @Option(
        help: ArgumentHelp(
            """
            native: where to begin with those who send already: live, with the next event, or stored, with the oldest \
            one kept for repairs. (default: live)
            """, valueName: "where"),
        completion: .list(MulticastGroup.Reliability.JoinPoint.allCases.map(\.rawValue)),
        transform: { text in
            guard let point = MulticastGroup.Reliability.JoinPoint(rawValue: text) else {
                throw ValidationError("write live or stored")
            }
            return point
        })
    var join: MulticastGroup.Reliability.JoinPoint?

    @Flag(help: "native: let senders with --flow-control wait for this member.")
    var tagged = false

    @Flag(help: "native: wait for the slowest of those that are --tagged.")
    var flowControl = false

    @Option(
        help: ArgumentHelp(
            "Log what happens, from this level on: \(Logger.Level.names). (default: nothing but notices)",
            valueName: "level"),
        completion: .list(Logger.Level.allCases.map(\.rawValue)), transform: Logger.Level.init(argument:))
    var logLevel: Logger.Level?

    func validate() throws {
        try check(ttl, "--ttl", in: 0...255, "a number")
        try check(messageTtl, "--message-ttl", in: 1...3_600_000, "a number of milliseconds")
        try check(rate, "--rate", in: 1_000...100_000_000_000, "a number of bytes")
        _ = try peers
    }

    /// - Parameter condition: when that is the range.
    private func check(
        _ number: Int?, _ name: String, in range: ClosedRange<Int>, _ kind: String, _ condition: String = ""
    ) throws {
        guard let number, !range.contains(number) else { return }
        throw ValidationError(
            "\(name) must be \(kind) from \(range.lowerBound) to \(range.upperBound)\(condition), not \(number)")
    }

    private var peers: [Endpoint] {
        get throws {
            try peer.map { text in
                guard case .udp(let host, let port) = try Endpoint(argument: text), port > 0 else {
                    throw ValidationError("--peer \"\(text)\" is no address of a member; write udp://ADDRESS:PORT")
                }
                return .udp(host, port: port)
            }
        }
    }

    /// The options of a member.
    ///
    /// - Throws: when something makes no sense in the dialect.
    func options(at group: GroupArgument) throws -> MulticastGroup.Options {
        let (host, port) = try group.endpoint
        var options = MulticastGroup.Options(dialect: group.dialect.dialect, port: port == 0 ? nil : port)
        let name = try name(of: host)
        options.multicastMembership = name.group
        options.address = name.address
        options.multicastInterface = interface
        options.sources = source
        options.multicastTtl = ttl
        options.multicastLoopback = !noLoopback
        try check(
            maxPayload, "--max-payload", in: MulticastGroup.payloadSizes(in: options.dialect), "a number of bytes",
            " in the \(group.dialect) dialect")
        options.maxPayloadSize = maxPayload
        options.peers = try peers
        guard Self.isGroup(name.group) else {
            throw ValidationError(
                """
                \(name.group) is no multicast group (224.0.0.0 to 239.255.255.255, or ff00::/8); where multicast does \
                not work, give the members with --peer besides
                """)
        }
        switch group.dialect {
        case .eventcast:
            try refuse("--rate", ifGiven: rate != nil)
            try refuse("--join", ifGiven: join != nil)
            try refuse("--tagged", ifGiven: tagged)
            try refuse("--flow-control", ifGiven: flowControl)
            if let messageTtl { options.messageTtl = .milliseconds(messageTtl) }
        case .native:
            if messageTtl != nil {
                throw ValidationError("--message-ttl is for --dialect eventcast; with native leave it out")
            }
            options.reliability.byteRate = rate
            options.reliability.joinPoint = join ?? .live
            options.reliability.isTagged = tagged
            options.reliability.flowControl = flowControl ? .slowestTagged : .none
        }
        options.logger.logLevel = logLevel ?? .notice
        if let logLevel {
            options.log = true
            options.logLevel = logLevel
        }
        return options
    }

    private func refuse(_ option: String, ifGiven isGiven: Bool) throws {
        guard isGiven else { return }
        throw ValidationError("\(option) is for --dialect native; with eventcast leave it out")
    }

    /// With `--membership` the URL may have the address of this machine, as the originals' `address` and `port`.
    private func name(of host: String) throws -> (group: String, address: String?) {
        guard let membership, membership != host else { return (host, address) }
        guard !Self.isGroup(host) else {
            throw ValidationError("the URL has the group \(host) and --membership \(membership); give one of them")
        }
        guard address == nil || address == host else {
            throw ValidationError("the URL has the address \(host) and --address \(address ?? ""); give one of them")
        }
        return (membership, host)
    }

    /// 224.0.0.0 to 239.255.255.255, or ff00::/8.
    private static func isGroup(_ host: String) -> Bool {
        if host.contains(":") { return host.lowercased().hasPrefix("ff") }
        return (224...239).contains(host.split(separator: ".").first.flatMap { Int($0) } ?? 0)
    }
}
