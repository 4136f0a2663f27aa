import ArgumentParser
import Hark

/// How a node behaves: what verbose documents, in kebab case, and what native has besides.
struct NodeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "By what name the others know this node; each needs one of its own. (default: a random UUID)",
            valueName: "id"))
    var nodeId: String?

    @Option(
        help: ArgumentHelp(
            """
            How long a handshake may take; verbose: also how long a peer may be silent after its first \
            acknowledgement. (default: 60000)
            """, valueName: "ms"))
    var timeout: Int?

    @Option(help: ArgumentHelp("How long events are kept for nodes that are gone. (default: 900000)", valueName: "ms"))
    var bufferTimeout: Int?

    @Option(
        help: ArgumentHelp(
            "verbose: how many events are kept for each peer. (default: 1000; native: 8 MiB for all)", valueName: "n"))
    var bufferMax: Int?

    @Option(
        help: ArgumentHelp("verbose: how often what was received is acknowledged. (default: 1000)", valueName: "ms"))
    var acknowledgeInterval: Int?

    @Option(help: ArgumentHelp("How many connections the node has at most. (default: 1000)", valueName: "n"))
    var maxPeers: Int?

    @Option(
        help: ArgumentHelp(
            "native: over how many other nodes an event travels at most; 0 to hear neighbours only. (default: 8)",
            valueName: "n"))
    var hopLimit: Int?

    func validate() throws {
        // A day and a year, so that a slip of the finger is noticed.
        try check(timeout, "--timeout", in: 1...86_400_000)
        try check(bufferTimeout, "--buffer-timeout", in: 1...31_536_000_000)
        try check(bufferMax, "--buffer-max", in: 1...1_000_000_000)
        try check(acknowledgeInterval, "--acknowledge-interval", in: 1...86_400_000)
        try check(maxPeers, "--max-peers", in: 1...1_000_000)
    }

    private func check(_ number: Int?, _ name: String, in range: ClosedRange<Int>) throws {
        guard let number, !range.contains(number) else { return }
        throw ValidationError(
            "\(name) must be a number from \(range.lowerBound) to \(range.upperBound), not \(number)")
    }

    /// The options of a node.
    ///
    /// - Throws: when something makes no sense in the dialect.
    func options(on bus: BusOptions) throws -> Node.Options {
        var options = Node.Options(dialect: bus.dialect.dialect, id: nodeId, channel: bus.channel)
        switch bus.dialect {
        case .native:
            try refuse("--buffer-max", ifGiven: bufferMax != nil, .verbose, bus.dialect)
            try refuse("--acknowledge-interval", ifGiven: acknowledgeInterval != nil, .verbose, bus.dialect)
        case .verbose: try refuse("--hop-limit", ifGiven: hopLimit != nil, .native, bus.dialect)
        }
        if let timeout { options.timeout = .milliseconds(timeout) }
        if let bufferTimeout { options.bufferTimeout = .milliseconds(bufferTimeout) }
        if let bufferMax { options.bufferMax = bufferMax }
        if let acknowledgeInterval { options.acknowledgeInterval = .milliseconds(acknowledgeInterval) }
        if let maxPeers { options.maxPeers = maxPeers }
        if let hopLimit { options.hopLimit = hopLimit }
        do throws(HarkError) {
            try options.check()
        } catch {
            throw ValidationError(error.message)
        }
        return options
    }

    private func refuse(
        _ option: String, ifGiven isGiven: Bool, _ dialect: NodeDialectName, _ given: NodeDialectName
    ) throws {
        guard isGiven else { return }
        throw ValidationError("\(option) is for --dialect \(dialect); with \(given) leave it out")
    }
}
