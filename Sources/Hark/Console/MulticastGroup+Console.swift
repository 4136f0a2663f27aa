internal import HarkProtocol
internal import HarkUV
package import HarkWire
package import Logging

/// The admin console of a member: what it shows, and what it can be told.
extension MulticastGroup {
    /// Where the console listens, with the port that the system has chosen; nil when there is none.
    public var consoleEndpoint: Endpoint? { console?.endpoint }

    /// How many are connected to the console.
    public var consoleClientCount: Int { console?.clientCount ?? 0 }

    /// Where the console shall listen; nil when none was asked for.
    private var wantedConsole: Endpoint? {
        if let endpoint = options.console { return endpoint }
        guard options.repl || options.replPort != nil || options.replHost != nil else { return nil }
        return .tcp(options.replHost ?? "localhost", port: options.replPort ?? 0)
    }

    /// Opens the console, if one was asked for and is not there yet. It outlives `stop`.
    func openConsole() throws(HarkError) {
        guard console == nil, let endpoint = wantedConsole else { return }
        let console = Console(self, environment: environment, logger: consoleLogger)
        let bound = try console.listen(on: endpoint)
        self.console = console
        // Nobody finds a console whose port was drawn, so this is said whatever is logged otherwise.
        logger.notice("the console listens", metadata: ["endpoint": "\(bound)"])
    }

    func closeConsole() {
        console?.close()
        console = nil
    }
}

extension MulticastGroup: ConsoleTarget {
    package var consoleName: String { "\(consoleObject ?? "hark")@\(HostName.own)" }

    package var consoleObject: String? { options.dialect == .eventcast ? "eventcast" : "group" }

    package var consolePeers: [Value] {
        let now = environment.clock.now
        return members.map { member in
            let report = losses.report(of: member.id, at: now)
            return [
                "id": .string(member.id), "address": .string("\(member.endpoint)"),
                "hostname": .string(member.hostname), "lost": .count(report?.eventCount ?? 0),
                "secondsSinceLoss": report.map { .seconds($0.sinceLast) } ?? .null,
            ]
        }
    }

    /// Members that have gone are among them.
    var consoleLosses: [Value] {
        lossReports.map {
            [
                "id": .string($0.member.id), "address": .string("\($0.member.endpoint)"),
                "losses": .count($0.lossCount), "lost": .count($0.eventCount),
                "datagrams": .count($0.datagramCount), "secondsSinceFirst": .seconds($0.sinceFirst),
                "secondsSinceLast": .seconds($0.sinceLast),
            ]
        }
    }

    /// How busy the loop was is told since somebody has asked before.
    package var consoleStatistics: Value {
        let (events, datagrams) = (statistics, groupStatistics)
        return [
            "emitted": .count(events.emitted), "written": .count(events.written),
            "inFlight": .count(events.inFlight), "received": .count(events.received),
            "dropped": .counts(events.dropped.map { ($0.key.rawValue, $0.value) }),
            "lost": .count(datagrams.lostEventCount),
            "sentDatagrams": .count(datagrams.sentDatagramCount),
            "sentBytes": .count(datagrams.sentByteCount),
            "receivedDatagrams": .count(datagrams.receivedDatagramCount),
            "receivedBytes": .count(datagrams.receivedByteCount),
            "repairedDatagrams": .count(datagrams.repairedDatagramCount),
            "repairedBytes": .count(datagrams.repairedByteCount),
            "refused": .counts(datagrams.refused.map { ($0.key.rawValue, $0.value) }),
            "loopPercent": .percentage(console?.takeLoad()),
        ]
    }

    package var consoleSubscriptions: [ConsoleSubscription] { listenersIfAny?.subscriptions ?? [] }

    package func consoleEmit(_ name: String, _ arguments: [Value]) -> EmitResult { emit(name, values: arguments) }

    package var consoleLogLevels: [(component: String, level: Logger.Level)] { logLevels }

    package func consoleLog(from level: Logger.Level, component: String?) throws(HarkError) {
        if let component { try logLevel(component, level) } else { logLevel(level) }
    }

    package func consoleDrain() async throws { try await emptied() }

    package func consoleConnected(_ who: PeerInfo) { fire(.replConnected, who) }

    package func consoleDisconnected(_ who: PeerInfo) { fire(.replDisconnected, who) }
}
