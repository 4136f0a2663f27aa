internal import HarkProtocol
public import HarkWire
public import Logging

extension Node {
    /// How a node behaves.
    public struct Options: Sendable {
        /// The wire of the bus: `.native`, the default, or `.verbose`.
        public var dialect = Dialect.native

        /// By what name the others know this node; a random UUID by default. Each node needs one of its own.
        public var id: String?

        /// Only nodes of the same channel talk to each other. `DEFAULT_CHANNEL`, as in verbose.
        public var channel = "DEFAULT_CHANNEL"

        /// 8: over how many other nodes an event travels at most that this node hears; up to 254. With 0 it hears its
        /// neighbours only. Nodes of one mesh have the same.
        public var hopLimit = 8

        /// 1 000 nodes that are connected to this one at the same time. Further ones are told so.
        public var maxPeers = 1_000

        /// 60 s. Native: how long a handshake may take, and then until the other side says that it is a node. In the
        /// verbose dialect also how long a peer may be silent after its first acknowledgement.
        public var timeout: Duration = .seconds(60)

        /// 900 s: how long events are kept for nodes that are gone.
        public var bufferTimeout: Duration = .seconds(900)

        /// 1 000 events that are kept for each peer in the verbose dialect. A native node counts bytes, see
        /// `Limits.queueByteCount`.
        public var bufferMax = 1_000

        /// 1 s: how often what was received is acknowledged in the verbose dialect. A native node does so by itself.
        public var acknowledgeInterval: Duration = .seconds(1)

        /// What a node accepts and keeps, for each of its connections. `queueByteCount` is also what it keeps of its
        /// own events, for nodes that lag behind or were away.
        public var limits = Limits()

        /// Clocks of each connection.
        public var timing = Timing()

        /// How long to wait before connecting again. What the dialect documents by default.
        public var reconnection: Reconnection?

        /// Decides whether a node may connect to this one, before anything else passes. Throwing refuses it; the
        /// error's text is sent. Everybody may by default.
        public var authorize: (@EventLoop @Sendable (Hello, PeerInfo) async throws -> Void)?

        /// What other nodes' `authorize` hooks judge this one by.
        public var credentials: Value?

        /// Whether the node's own listeners hear what it emits. They do not by default.
        public var echo = EchoPolicy.remoteOnly

        /// What to do about listeners that answer each other's events without an end.
        public var stormPolicy = StormPolicy.report

        /// Where there is an admin console, for `hark inspect`, `hark top` and `telnet`: a unix socket, which only this
        /// program's user may use, or a port of this machine. Nowhere by default. It opens with the first `listen` or
        /// `connect`, and closes with the node.
        public var console: Endpoint?

        /// Makes the connections: over sockets by default. See ``Transport``.
        public var transport: (any Transport)?

        /// Where to log, at `info` and below; a storm is a `warning`.
        public var logger = Logger(label: "hark.node")

        /// Connections, time and randomness.
        public var environment = Environment.live

        /// The defaults.
        ///
        /// - Parameters:
        ///   - dialect: the wire.
        ///   - id: by what name the others know this node.
        ///   - channel: only nodes of the same channel talk to each other.
        public init(dialect: Dialect = .native, id: String? = nil, channel: String = "DEFAULT_CHANNEL") {
            self.dialect = dialect
            self.id = id
            self.channel = channel
        }

        /// 256 KiB: what is said of 10 000 nodes at once.
        private static let frameByteCountMin = 1 << 18

        /// 4 KiB to 4 GiB.
        static let queueByteCounts = 1 << 12...1 << 32 - 1

        /// - Throws: `HarkError` with code `.invalidOptions` when something makes no sense.
        package func check() throws(HarkError) {
            guard dialect == .native || dialect == .verbose else {
                throw HarkError(.invalidOptions, "nodes speak native or verbose, not \(dialect)")
            }
            guard hopLimit >= 0, hopLimit <= MeshSettings.hopLimitMax else {
                let range = "0 to \(MeshSettings.hopLimitMax)"
                throw HarkError(.invalidOptions, "a hop limit is a number from \(range), not \(hopLimit)")
            }
            guard dialect == .verbose || limits.frameByteCount >= Self.frameByteCountMin else {
                let text = "nodes tell each other up to \(Self.frameByteCountMin) bytes at once"
                throw HarkError(.invalidOptions, "\(text): Limits.frameByteCount is \(limits.frameByteCount)")
            }
            guard Self.queueByteCounts.contains(limits.queueByteCount) else {
                let range = "\(Self.queueByteCounts.lowerBound) to \(Self.queueByteCounts.upperBound)"
                let text = "a node keeps \(range) bytes of its events"
                throw HarkError(.invalidOptions, "\(text): Limits.queueByteCount is \(limits.queueByteCount)")
            }
            guard let id else { return }
            guard !id.isEmpty, id.utf8.count <= MeshIdentity.idByteCountMax else {
                throw HarkError(
                    .invalidOptions, "an id has 1 to \(MeshIdentity.idByteCountMax) bytes, not \(id.utf8.count)")
            }
        }

        var wholeEnvironment: Environment {
            var environment = environment
            if let transport { environment.transport = transport }
            return environment
        }

        /// A connection carries what many nodes say: answers are looked for by the node.
        private var linkLimits: Limits {
            var limits = limits
            limits.stormRate = .max
            if dialect == .verbose { limits.overflow = .dropOldest }
            return limits
        }

        /// - Parameters:
        ///   - id: of the node.
        ///   - wire: the way of what verbose tells.
        private func wholeDialect(_ id: String, _ wire: VerboseDelegateReference) -> Dialect {
            guard dialect == .verbose else { return dialect }
            var options = VerboseOptions()
            options.nodeID = id
            options.channel = channel
            options.timeout = timeout
            options.bufferTimeout = bufferTimeout
            options.bufferMax = bufferMax
            options.acknowledgeInterval = acknowledgeInterval
            options.delegate = wire
            return .verbose(options)
        }

        func client(_ id: String, _ wire: VerboseDelegateReference) -> Client.Options {
            var options = Client.Options()
            options.dialect = wholeDialect(id, wire)
            options.limits = linkLimits
            options.timing = timing
            options.timing.handshake = timeout
            if let reconnection { options.reconnection = reconnection }
            options.reconnects = true
            // What a node has missed is asked for from where it comes from, over whatever way there is.
            options.sessions = dialect == .verbose
            options.credentials = credentials
            options.logger = logger
            options.environment = wholeEnvironment
            return options
        }

        func server(_ id: String, _ wire: VerboseDelegateReference) -> Server.Options {
            var options = Server.Options()
            options.dialect = wholeDialect(id, wire)
            options.limits = linkLimits
            options.limits.peerCount = maxPeers
            options.timing = timing
            options.timing.handshake = timeout
            options.sessions = .none
            if dialect == .verbose { options.sessions.expiry = timeout }
            options.logger = logger
            options.environment = wholeEnvironment
            return options
        }
    }
}
