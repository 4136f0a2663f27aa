/// The wire that two sides speak, and its defaults.
///
/// `native` can do everything. The others are the wires of older libraries, spoken so that their programs notice no
/// difference; what such a wire cannot carry is refused with code `.unsupported`.
public struct Dialect: Sendable, Hashable, CustomStringConvertible {
    /// What is spoken, with what can be chosen.
    ///
    /// Indirect: every connection has one, and nearly all of them are native.
    indirect enum Wire: Sendable, Hashable {
        case native
        case streamitter
        case uhura(UhuraOptions)
        case socketIPC(SocketIPCOptions)
        case eventcast
        case verbose(VerboseOptions)
    }

    let wire: Wire

    /// Hark's own protocol: compact, binary, acknowledged. The default.
    public static let native = Dialect(wire: .native)

    /// Streamitter 0.0.1: a JSON array for each event, and an emitter that both sides share: `emit` reaches the other
    /// side, then the emitter's own listeners. Clients connect again only after `Client.autoReconnect()`.
    public static let streamitter = Dialect(wire: .streamitter)

    /// Uhura 0.1: JSON with sessions, shared data and acknowledgements. Clients connect again only after
    /// `Client.autoReconnect()`.
    public static let uhura = Dialect(wire: .uhura(UhuraOptions()))

    /// socket-ipc 0.4: topics with one message each, mostly over unix sockets.
    public static let socketIPC = Dialect(wire: .socketIPC(SocketIPCOptions()))

    /// Eventcast 0.1.2: BSON over UDP multicast, and an emitter that all members share: `emit` reaches the others, then
    /// the member's own listeners. For `MulticastGroup` only.
    public static let eventcast = Dialect(wire: .eventcast)

    /// verbose 0.2: JSON with acknowledgements, between the nodes of a bus. What passes are the messages of a bus, so
    /// it is of use to a node, and hardly to a server or a client by itself.
    public static let verbose = Dialect(wire: .verbose(VerboseOptions()))

    /// Uhura with other choices than its defaults.
    ///
    /// - Parameters:
    ///   - objectMode: client: asks for messages that can carry an id. True by default. Without it there are no
    ///     acknowledgements.
    ///   - acknowledgements: client: asks that each event be acknowledged. True by default.
    public static func uhura(objectMode: Bool = true, acknowledgements: Bool = true) -> Dialect {
        Dialect(wire: .uhura(UhuraOptions(objectMode: objectMode, acknowledgements: acknowledgements)))
    }

    /// socket-ipc with other choices than its defaults.
    ///
    /// - Parameters:
    ///   - transcoder: how messages are written and read; nil, the default, for JSON that ends with two zero bytes.
    ///     Both sides need the same.
    ///   - queuesOffline: whether what is emitted without a connection waits for the next one. By default it is dropped
    ///     and reported.
    public static func socketIPC(transcoder: (any Transcoder)? = nil, queuesOffline: Bool = false) -> Dialect {
        Dialect(wire: .socketIPC(SocketIPCOptions(transcoder: transcoder, queuesOffline: queuesOffline)))
    }

    /// verbose with other choices than its defaults.
    package static func verbose(_ options: VerboseOptions) -> Dialect { Dialect(wire: .verbose(options)) }

    /// The dialect's name, as on the command line.
    public var description: String {
        switch wire {
        case .native: "native"
        case .streamitter: "streamitter"
        case .uhura: "uhura"
        case .socketIPC: "socket-ipc"
        case .eventcast: "eventcast"
        case .verbose: "verbose"
        }
    }

    /// What the wire can carry.
    var features: DialectFeatures {
        switch wire {
        case .native: .all
        case .streamitter: []
        case .uhura(let options): options.isAcknowledging ? [.acknowledgements, .data] : .data
        case .socketIPC, .eventcast, .verbose: []
        }
    }

    var isSocketIPC: Bool {
        if case .socketIPC = wire { true } else { false }
    }

    /// Whether a client of this dialect can stay silent for ever after it has connected.
    var isSilent: Bool {
        switch wire {
        case .native, .uhura, .eventcast, .verbose: false
        case .streamitter, .socketIPC: true
        }
    }

    /// Whether a client that disconnects says so. Where the wire has no goodbye, the server keeps the session, and the
    /// client may go on with it.
    var hasGoodbye: Bool { wire == .native }

    /// Whether a client connects again by itself.
    var reconnects: Bool {
        switch wire {
        case .native, .socketIPC, .verbose: true
        case .streamitter, .uhura, .eventcast: false
        }
    }

    /// How a client connects again, as documented.
    var reconnection: Reconnection {
        var reconnection = Reconnection()
        switch wire {
        case .native, .eventcast: break
        case .streamitter, .uhura:
            reconnection.retryDelay = .backoff(from: .milliseconds(100), upTo: .seconds(60))
            reconnection.reconnectDelay = .backoff(from: .milliseconds(100), upTo: .seconds(60))
        case .socketIPC:
            reconnection.retryDelay = .fixed(.milliseconds(1_000))
            reconnection.reconnectDelay = .fixed(.milliseconds(100))
            reconnection.retriesAfterLoss = true
            reconnection.stableAfter = .zero
        case .verbose:
            reconnection.retryDelay = .fibonacci(from: .milliseconds(100), upTo: .seconds(10))
            reconnection.reconnectDelay = .fibonacci(from: .milliseconds(100), upTo: .seconds(10))
            reconnection.stableAfter = .zero
        }
        return reconnection
    }

    /// How long a handshake may take, where the dialect's options say it and not `Timing.handshake`.
    var handshakeTimeout: Duration? {
        if case .verbose(let options) = wire { options.timeout } else { nil }
    }

    /// Whether an emitter's own listeners hear what it emits.
    var echo: EchoPolicy {
        switch wire {
        case .native, .uhura, .socketIPC, .verbose: .remoteOnly
        case .streamitter, .eventcast: .remoteThenLocal
        }
    }
}
