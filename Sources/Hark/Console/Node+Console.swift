internal import HarkUV
package import HarkWire
package import Logging

/// The admin console of a node: what it shows, and what it can be told.
extension Node {
    /// Where the console listens, with the port that the system has chosen; nil when there is none.
    public var consoleEndpoint: Endpoint? { console?.endpoint }

    /// Opens the console, if one was asked for and is not there yet.
    ///
    /// - Throws: `HarkError` when others than this machine could connect, or when the address cannot be bound.
    package func openConsole() throws(HarkError) {
        guard console == nil, let endpoint = options.console else { return }
        let console = Console(self, environment: environment, logger: logger)
        try console.listen(on: endpoint)
        self.console = console
    }

    func closeConsole() {
        console?.close()
        console = nil
    }
}

extension Node: ConsoleTarget {
    package var consoleName: String { "node@\(HostName.own)" }

    package var consoleObject: String? { "node" }

    package var consolePeers: [Value] {
        peers.map { peer in
            let roundTrips = peer.recentRoundTrips.sorted()
            return [
                "id": peer.id.map { .string($0) } ?? .null,
                "endpoint": peer.endpoint.map { .string("\($0)") } ?? .null,
                "state": .string(Self.word(for: peer.state)), "dialled": .bool(peer.isDialled),
                "rttP50": Self.quantile(0.5, of: roundTrips), "rttP99": Self.quantile(0.99, of: roundTrips),
                "queuedBytes": .count(peer.queuedByteCount),
            ]
        }
    }

    private static func word(for state: Peer.State) -> String {
        switch state {
        case .connecting: "connecting"
        case .backingOff: "backingOff"
        case .greeting: "greeting"
        case .connected: "connected"
        case .ended: "ended"
        }
    }

    /// The smallest of the durations that so large a part of them does not exceed; null when there are none.
    private static func quantile(_ part: Double, of sorted: [Duration]) -> Value {
        guard !sorted.isEmpty else { return .null }
        return .milliseconds(sorted[Int((part * Double(sorted.count)).rounded(.up)) - 1])
    }

    /// How busy the loop was is told since somebody has asked before.
    package var consoleStatistics: Value {
        let events = statistics
        return [
            "emitted": .count(events.emitted), "written": .count(events.written),
            "inFlight": .count(events.inFlight), "received": .count(events.received),
            "dropped": .counts(events.dropped.map { ($0.key.rawValue, $0.value) }),
            "queuedBytes": .count(queuedByteCount), "peers": .count(peers.count), "nodes": .count(nodes.count),
            "loopPercent": .percentage(console?.takeLoad()),
        ]
    }

    package var consoleSubscriptions: [ConsoleSubscription] { listenersIfAny?.subscriptions ?? [] }

    package func consoleEmit(_ name: String, _ arguments: [Value]) -> EmitResult { emit(name, values: arguments) }

    package var consoleLogLevels: [(component: String, level: Logger.Level)] { [("node", logger.logLevel)] }

    package func consoleLog(from level: Logger.Level, component: String?) throws(HarkError) {
        logThreshold.level = level
    }

    package func consoleDrain() async throws { try await emptied() }

    package func consoleConnected(_ who: PeerInfo) { fire(.replConnected, who) }

    package func consoleDisconnected(_ who: PeerInfo) { fire(.replDisconnected, who) }
}
