internal import ArgumentParser
internal import CContest
internal import ContestantC
internal import ContestantNIO
internal import Foundation

#if CONTESTANT_HARK
    internal import ContestantHark
#endif

#if CONTESTANT_NORM
    internal import ContestantNORM
#endif

/// `contestant`: one end of one run, in a process of its own. The receiver prints `ready ADDRESS` when a sender may
/// come; each end reports what it measured as one line of JSON.
struct ContestantCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contestant", abstract: "Be one end of one run.", shouldDisplay: false)

    static func hasHark(speaking dialect: Dialect) -> Bool {
        #if CONTESTANT_HARK
            ContestantHark.speaks(dialect.rawValue)
        #else
            false
        #endif
    }

    /// Whether Hark's multicast takes part.
    static var hasMulticast: Bool {
        #if CONTESTANT_HARK
            ContestantHark.hasMulticast
        #else
            false
        #endif
    }

    /// Whether Hark's nodes take part.
    static var hasNodes: Bool {
        #if CONTESTANT_HARK
            ContestantHark.hasNodes
        #else
            false
        #endif
    }

    /// Whether the kernel sends and receives trains of datagrams.
    static var hasTrains: Bool { contestant_c_has_trains() }

    /// Nil where NORM takes no part.
    static var normVersion: String? {
        #if CONTESTANT_NORM
            String(cString: contestant_norm_version())
        #else
            nil
        #endif
    }

    enum Role: String, ExpressibleByArgument {
        case receiver, sender
        /// The node between.
        case relay
        /// Of a console: its clients.
        case onlookers
        /// Of a console: keeps a processor from falling asleep.
        case insomniac
    }

    @Argument var contestant: Contestant
    @Argument var workload: Workload
    @Option var role = Role.sender
    @Option var transport = Transport.tcp
    @Option(help: "HOST:PORT or the path of a socket.") var address = ""
    @Option var size = 128
    @Option(help: "Connections, or messages under way.") var count = 1
    @Option(help: "Payload bytes of one datagram; 0 for whole messages.") var segment = 0
    @Option(help: "Messages per second to a group; 0 for as many as it takes.") var pace = 0.0
    @Option var seconds = 1.0
    @Option(help: "The path of the socket of an admin console.") var console = ""
    @Option var variant = Variant.bytes
    @Option(help: "The wire; C and SwiftNIO have their own.") var dialect = Dialect.native
    @Option(help: "The processor to stay on.") var cpu: Int32?

    func run() throws {
        contest_limit(UInt32(seconds) + 20)
        if let cpu { contest_pin(cpu) }
        if [.fanOut, .idle].contains(workload) { contest_allow_descriptors(count) }
        switch (contestant, workload) {
        case (_, .idle) where role == .sender: withUnsafePointer(to: task) { contestant_c_idle_clients($0) }
        case (_, .console) where role == .insomniac: contest_stay_awake()
        case (_, .console) where role == .onlookers:
            withUnsafePointer(to: task) { contestant_c_console_clients($0) }
        case (.c, .flood): withUnsafePointer(to: task) { contestant_c_flood($0) }
        case (.c, .pingPong): withUnsafePointer(to: task) { contestant_c_ping_pong($0) }
        case (.c, .fanOut): withUnsafePointer(to: task) { contestant_c_fan_out($0) }
        case (.c, .idle): withUnsafePointer(to: task) { contestant_c_idle($0) }
        case (.c, .acknowledged): withUnsafePointer(to: task) { contestant_c_acknowledged($0) }
        case (.c, .multicast): withUnsafePointer(to: task) { contestant_c_multicast($0, variant == .trains) }
        case (.c, .codec): contestant_c_codec(seconds)
        case (.norm, .multicast): runNORM()
        case (.nio, .flood): try ContestantNIO.flood(task)
        case (.nio, .pingPong): try ContestantNIO.pingPong(task)
        case (.node, .flood), (.node, .pingPong): try Node.become(NodeTask(task, dialect, workload))
        case (.c, .emit), (.c, .console), (.c, .relay), (.nio, _), (.node, _), (.norm, _):
            throw ValidationError("\(contestant.rawValue) does not run \(workload.rawValue) here.")
        case (.hark, _): try runHark()
        }
    }

    private func runNORM() {
        #if CONTESTANT_NORM
            withUnsafePointer(to: task) { contestant_norm_multicast($0) }
        #endif
    }

    private func runHark() throws {
        #if CONTESTANT_HARK
            switch workload {
            case .flood: try ContestantHark.flood(task, variant: variant.rawValue, dialect: dialect.rawValue)
            case .pingPong: try ContestantHark.pingPong(task, variant: variant.rawValue, dialect: dialect.rawValue)
            case .fanOut: try ContestantHark.fanOut(task)
            case .idle: try ContestantHark.idle(task)
            case .acknowledged:
                try ContestantHark.flood(
                    task, variant: variant.rawValue, dialect: dialect.rawValue, window: count)
            case .multicast: try ContestantHark.multicast(task)
            case .console: try ContestantHark.console(task, isCrowded: variant == .crowded)
            case .relay where role == .relay: try ContestantHark.passOn(task)
            case .relay: try ContestantHark.nodes(task)
            case .emit: try ContestantHark.emit(task)
            case .codec: try ContestantHark.codec(seconds: seconds, variant: variant.rawValue)
            }
        #endif
    }

    private var task: contest_task {
        let parts = transport == .tcp ? address.split(separator: ":") : []
        let host = parts.first.map(String.init) ?? address
        var port = parts.count == 2 ? UInt16(parts[1]) ?? 0 : 0
        // Who binds to a group cannot leave the port to the system and then be found.
        if [.multicast, .console].contains(workload), port == 0 { port = contest_free_udp_port() }
        // Lives as long as the process.
        return contest_task(
            is_receiver: role == .receiver, is_unix: transport == .unix, address: strdup(host), port: port,
            size: size, count: count, segment: segment > 0 ? segment : size, pace: pace, console: strdup(console),
            seconds: seconds)
    }
}
