public import HarkWire
public import Logging

extension Client {
    /// How a client behaves.
    public struct Options: Sendable {
        /// The wire. Both sides speak the same. `reconnects` and `reconnection` are the dialect's until they are set.
        public var dialect = Dialect.native

        /// What the client accepts and keeps.
        public var limits = Limits()

        /// Clocks of the connection.
        public var timing = Timing()

        /// Whether to connect again when the connection is lost, without an end. Yes by default, but for Streamitter
        /// and Uhura, whose clients wait for `reconnect()` or `autoReconnect()`. When it is set to false, the client
        /// closes when the first attempt fails or the connection is lost.
        public var reconnects: Bool {
            get { chosenReconnects ?? dialect.reconnects }
            set { chosenReconnects = newValue }
        }

        var chosenReconnects: Bool?

        /// How long to wait before connecting again, and when to give up. What the dialect documents by default.
        public var reconnection: Reconnection {
            get { chosenReconnection ?? dialect.reconnection }
            set { chosenReconnection = newValue }
        }

        private var chosenReconnection: Reconnection?

        /// Whether a session outlives its connection. The server says how long.
        public var sessions = true

        /// What the server's `authorize` hook judges this client by.
        public var credentials: Value?

        /// An event that the server delivers when this client is gone without a goodbye. None by default.
        public var lastWill: LastWill?

        /// Says what has to be said at the start of each connection, the first one and all later ones: who this is,
        /// what it is interested in. Events that wait stay where they are until it has returned, and only then is the
        /// client connected. It may take `timing.handshake`; if it takes longer or throws, the attempt has failed.
        public var onConnect: (@EventLoop @Sendable (Preamble) async throws -> Void)?

        /// What to do about listeners that answer each other's events without an end. It is told, and nothing slowed.
        public var stormPolicy = StormPolicy.report

        /// Where to log, at `info` and below; a storm is a `warning`.
        public var logger = Logger(label: "hark.client")

        /// Connections, time and randomness.
        public var environment = Environment.live

        /// The defaults.
        public init() {}

        var link: LinkOptions {
            LinkOptions(
                limits: limits, timing: timing, credentials: credentials, stormPolicy: stormPolicy,
                environment: environment)
        }
    }
}
