/// One workload with its transport and message size, and who runs it.
struct Scenario {
    let workload: Workload
    var transport: Transport?
    var dialect = Dialect.native
    /// Payload bytes of one message.
    var size = 128
    /// Connections, or messages under way.
    var count: Int?
    /// Fewer rounds than the others are run, for what hardly differs from round to round and takes long.
    var roundsMax: Int?
    /// No run is shorter: several heartbeats have to pass.
    var secondsMin = 0.0
    let entries: [Entry]

    /// Such as `flood-tcp-128`, `fan-out-100`, `codec` or `uhura-flood`; `--only` and the goals refer to it.
    var name: String {
        guard dialect == .native else { return "\(dialect.rawValue)-\(workload.rawValue)" }
        if workload == .multicast { return "multicast-" + (size < 1_024 ? "\(size)" : "\(size / 1_024)k") }
        if let count { return "\(workload.rawValue)-\(count)" }
        guard let transport else { return workload.rawValue }
        return "\(workload.rawValue)-\(transport.rawValue)-\(size)"
    }

    /// The entry that the others are measured against.
    var yardstick: Entry { dialect == .native ? entries[0] : .node }

    static let quick: [Scenario] =
        [
            flood(.tcp, 128), flood(.unix, 128), pingPong(.tcp), pingPong(.unix), fanOut,
            acknowledged, idle, emit, codec, multicastEvents, multicastMessages, relay,
        ] + dialects

    static let all: [Scenario] =
        [Transport.tcp, .unix].flatMap { transport in [16, 128, 1024, 65536].map { flood(transport, $0) } } + [
            pingPong(.tcp), pingPong(.unix), fanOut, acknowledged, idle, emit, codec, multicastEvents,
            multicastMessages, console, relay,
        ] + dialects

    private static func flood(_ transport: Transport, _ size: Int) -> Scenario {
        Scenario(
            workload: .flood, transport: transport, size: size,
            entries: present([.c, .nio, .hark, .harkTyped, .harkString]))
    }

    private static func pingPong(_ transport: Transport) -> Scenario {
        Scenario(workload: .pingPong, transport: transport, size: 64, entries: present([.c, .nio, .hark]))
    }

    private static let fanOut = Scenario(workload: .fanOut, count: 100, entries: present([.c, .hark]))

    private static let acknowledged = Scenario(workload: .acknowledged, count: 1_000, entries: present([.c, .hark]))

    private static let idle = Scenario(
        workload: .idle, count: 10_000, roundsMax: 3, secondsMin: 2.5, entries: present([.c, .hark]))

    private static let emit = Scenario(workload: .emit, entries: present([.hark]))

    private static let codec = Scenario(
        workload: .codec,
        entries: present(
            [.cCodec, .nodeCodec, .harkTypedCodec, .harkDynamicCodec, .harkJSONCodec, .harkBSONCodec]))

    /// Events of which each is a datagram, if somebody does not put several into one.
    private static let multicastEvents = Scenario(
        workload: .multicast, size: 100,
        entries: present([.c, .cLossless, .cTrains, .hark].filter { $0 != .hark || ContestantCommand.hasMulticast }))

    /// Messages of 100 KiB, each of many datagrams. A round looks for the best pace of each contestant.
    private static let multicastMessages = Scenario(
        workload: .multicast, size: 102_400, roundsMax: 3, secondsMin: 0.5,
        entries: present(
            [.cLong, .cShort, .cLongTrains, .cShortTrains, .normLong, .normShort, .hark].filter {
                $0 != .hark || ContestantCommand.hasMulticast
            }))

    /// A percentile of a thousand round trips a second takes some seconds.
    private static let console = Scenario(
        workload: .console, size: 8, count: 100, secondsMin: 5,
        entries: present([.harkAlone, .harkElsewhere, .harkCrowded].filter { _ in ContestantCommand.hasMulticast }))

    /// Three processes on two processors: who receives and the node between share one.
    private static let relay = Scenario(
        workload: .relay, transport: .tcp,
        entries: present([.harkNodes, .harkRelayed].filter { _ in ContestantCommand.hasNodes }))

    /// One String per event, on either side of a library's wire.
    private static let dialects = Dialect.older.flatMap { dialect, transport in
        let entries = present([.node, .harkString], dialect)
        return [
            Scenario(workload: .flood, transport: transport, dialect: dialect, entries: entries),
            Scenario(workload: .pingPong, transport: transport, dialect: dialect, size: 64, entries: entries),
        ]
    }

    /// Leaves out who cannot run here.
    private static func present(_ entries: [Entry], _ dialect: Dialect = .native) -> [Entry] {
        entries.filter { entry in
            switch entry.contestant {
            case .c: entry.variant != .trains || ContestantCommand.hasTrains
            case .nio: true
            case .norm: ContestantCommand.normVersion != nil
            case .node: Node.path != nil
            case .hark: ContestantCommand.hasHark(speaking: dialect)
            }
        }
    }
}
