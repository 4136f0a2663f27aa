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
                "hostname": .string(member.hostname), "lost": Self.number(report?.eventCount ?? 0),
                "secondsSinceLoss": report.map { Self.seconds($0.sinceLast) } ?? .null,
            ]
        }
    }

    /// Members that have gone are among them.
    var consoleLosses: [Value] {
        lossReports.map {
            [
                "id": .string($0.member.id), "address": .string("\($0.member.endpoint)"),
                "losses": Self.number($0.lossCount), "lost": Self.number($0.eventCount),
                "datagrams": Self.number($0.datagramCount), "secondsSinceFirst": Self.seconds($0.sinceFirst),
                "secondsSinceLast": Self.seconds($0.sinceLast),
            ]
        }
    }

    package var consoleStatistics: Value {
        let (events, datagrams) = (statistics, groupStatistics)
        return [
            "emitted": Self.number(events.emitted), "written": Self.number(events.written),
            "inFlight": Self.number(events.inFlight), "received": Self.number(events.received),
            "dropped": Self.object(events.dropped.map { ($0.key.rawValue, $0.value) }),
            "lost": Self.number(datagrams.lostEventCount),
            "sentDatagrams": Self.number(datagrams.sentDatagramCount),
            "sentBytes": Self.number(datagrams.sentByteCount),
            "receivedDatagrams": Self.number(datagrams.receivedDatagramCount),
            "receivedBytes": Self.number(datagrams.receivedByteCount),
            "repairedDatagrams": Self.number(datagrams.repairedDatagramCount),
            "repairedBytes": Self.number(datagrams.repairedByteCount),
            "refused": Self.object(datagrams.refused.map { ($0.key.rawValue, $0.value) }),
        ]
    }

    private static func number(_ count: Int) -> Value { .int(Int64(count)) }

    private static func seconds(_ duration: Duration) -> Value { .double(Double(duration.milliseconds) / 1_000) }

    private static func object(_ counts: [(String, Int)]) -> Value {
        .object(Value.Object(counts.sorted { $0.0 < $1.0 }.map { ($0.0, number($0.1)) }))
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
