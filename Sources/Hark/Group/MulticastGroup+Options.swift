public import Logging

extension MulticastGroup {
    /// How a member of a group behaves. Names and defaults are those that Eventcast documents, where it has them.
    public struct Options: Sendable {
        /// The wire: `.native` or `.eventcast`. All members speak the same.
        public var dialect: Dialect

        /// The port that all members share.
        ///
        /// Native needs one. In the Eventcast dialect one from 49152 to 65535 is drawn when there is none: it is what
        /// `port` of the group and `.listening` tell, and a notice in the log, because the other members need it.
        public var port: Int?

        /// `0.0.0.0`: the address of this machine to send from and to be answered at; a number. By default any that
        /// fits, IPv4 or IPv6 as the group is.
        public var address: String?

        /// The group, as a number: IPv4 or IPv6. `224.0.0.1` in the Eventcast dialect, `239.255.72.82` in native, which
        /// routers keep within an organisation.
        public var multicastMembership: String?

        /// The interface that joins the group and sends to it: its name, number or address. By default, and for
        /// `0.0.0.0` and `::`, the system's choice.
        ///
        /// `all` joins the group through every interface that is up, also through those that come later, and sends
        /// through the system's choice.
        public var multicastInterface: String?

        /// The hosts that are heard, as numbers; all by default. Their network brings nothing of others where it knows
        /// of sources (IGMPv3, MLDv2), and here it is dropped and counted.
        public var sources: [String] = []

        /// True: whether members on this machine receive what is sent from here.
        public var multicastLoopback = true

        /// 1: how many networks a datagram may pass; 1 does not leave the local one, 0 not the machine. Eventcast: also
        /// one for a single member, for which 0 is 1.
        public var multicastTtl = 1

        /// The addresses of all members, where multicast does not work: each datagram is sent to each of them. None by
        /// default. Every member has the port `port` of its own address then.
        public var peers: [Endpoint] = []

        /// Eventcast: 1024, the longest slice of a message in bytes; a datagram is up to 300 bytes longer. Native: the
        /// longest datagram, by default what the interface carries in one piece.
        public var maxPayloadSize: Int?

        /// 3 s: Eventcast waits so long for the rest of a message before it asks for it, and as long again. Senders
        /// keep what they have sent three times as long. Native has no use for it.
        public var messageTtl: Duration = .seconds(3)

        /// What native does for those who have missed something.
        public var reliability = Reliability()

        /// The group's secret; nil, the default, for none. All members need the same. See `GroupEncryption`.
        public var encryption: GroupEncryption?

        /// False: whether an Eventcast member with a secret also takes what is not encrypted, as originals do.
        public var acceptsPlaintext = false

        /// False: whether the member logs what happens, at `info` and below. See `logLevel`.
        public var log = false

        /// What is logged if anything is: from this level on.
        public var logLevel = Logger.Level.info

        /// False: whether there is an admin console at `replHost` and `replPort`, for `telnet` and `hark inspect`.
        /// Setting one of those two asks for it as well. It is there from the first `start()` to `close()`, unless that
        /// start fails, and can do what the program can: others of this machine's users can use it, too.
        public var repl = false

        /// The port of the console. By default the system chooses one: see `consoleEndpoint`, and the log.
        public var replPort: Int?

        /// The host of the console, `localhost` by default. One that others than this machine reach is refused.
        public var replHost: String?

        /// The console somewhere else than at `replHost`: at a unix socket, which only this program's user may use.
        /// None by default.
        public var console: Endpoint?

        /// Eventcast: the id of this member. 16 hex digits by default, drawn once. Native draws one for each start.
        public var id: String?

        /// What is accepted and kept. `frameByteCount` is the longest message, `queueByteCount` what may wait to be
        /// sent.
        public var limits = Limits()

        /// `close` is how long the last words may take.
        public var timing = Timing()

        /// Whether the member's own listeners hear what it emits. In the Eventcast dialect after the others, in native
        /// not, until it is set.
        public var echo: EchoPolicy {
            get { chosenEcho ?? dialect.echo }
            set { chosenEcho = newValue }
        }

        private var chosenEcho: EchoPolicy?

        /// Where to log.
        public var logger = Logger(label: "hark.group")

        /// Sockets, time and randomness.
        public var environment = Environment.live

        /// - Parameters:
        ///   - dialect: `.native` or `.eventcast`.
        ///   - port: the port that all members share.
        public init(dialect: Dialect = .native, port: Int? = nil) {
            self.dialect = dialect
            self.port = port
        }

        /// The interface that is meant; nil for the system's choice.
        var interface: String? {
            multicastInterface.flatMap { ["0.0.0.0", "::", Self.allInterfaces].contains($0) ? nil : $0 }
        }

        /// Whether the group is joined through every interface.
        var joinsAllInterfaces: Bool { multicastInterface == Self.allInterfaces }

        private static let allInterfaces = "all"

        /// The group that is meant.
        var group: String {
            multicastMembership ?? (dialect == .eventcast ? "224.0.0.1" : "239.255.72.82")
        }
    }
}
