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

        var wholeEnvironment: Environment {
            var environment = environment
            if let transport { environment.transport = transport }
            return environment
        }

        /// A connection carries what many nodes say: answers are looked for by the node.
        private var linkLimits: Limits {
            var limits = limits
            limits.stormRate = .max
            return limits
        }

        var client: Client.Options {
            var options = Client.Options()
            options.dialect = dialect
            options.limits = linkLimits
            options.timing = timing
            options.timing.handshake = timeout
            if let reconnection { options.reconnection = reconnection }
            options.reconnects = true
            // What a node has missed is asked for from where it comes from, over whatever way there is.
            options.sessions = false
            options.credentials = credentials
            options.logger = logger
            options.environment = wholeEnvironment
            return options
        }

        var server: Server.Options {
            var options = Server.Options()
            options.dialect = dialect
            options.limits = linkLimits
            options.limits.peerCount = maxPeers
            options.timing = timing
            options.timing.handshake = timeout
            options.sessions = .none
            options.logger = logger
            options.environment = wholeEnvironment
            return options
        }
    }
}
