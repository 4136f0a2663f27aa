internal import HarkProtocol
public import HarkUV
public import HarkWire
public import Logging

/// Connects to a server, and connects again whenever the connection is lost.
///
/// Events emitted while there is no connection wait for the next one, up to `Limits.queueByteCount`.
@EventLoop
public final class Client: Emitter {
    /// How a client behaves.
    public struct Options: Sendable {
        /// What the client accepts and keeps.
        public var limits = Limits()

        /// Clocks of the connection, and how long to wait before connecting again.
        public var timing = Timing()

        /// Whether to connect again when the connection is lost. Yes by default, without an end.
        public var reconnects = true

        /// What the server's `authorize` hook judges this client by.
        public var credentials: Value?

        /// Where to log, at `info` and below.
        public var logger = Logger(label: "hark.client")

        /// Connections, time and randomness.
        public var environment = Environment.live

        /// The defaults.
        public init() {}

        var link: LinkOptions { LinkOptions(limits: limits, timing: timing, credentials: credentials) }
    }

    /// As given when the client was made.
    public nonisolated let options: Options

    /// Where it connects to.
    public nonisolated let endpoint: Endpoint

    private let link: NativeLink
    private let node: NativeIdentifier
    private var reconnector: Reconnector
    private var attempt: (any DialAttempt)?
    private var waiters: [CheckedContinuation<Void, any Error>] = []
    private var wasConnected = false
    private lazy var dialTimer = environment.clock.timer { [weak self] in self?.dialTimedOut() }
    private lazy var retryTimer = environment.clock.timer { [weak self] in self?.retry() }

    /// A client that does not connect before `connect()`, so that listeners can be attached first.
    public init(to endpoint: Endpoint, options: Options = Options()) {
        self.endpoint = endpoint
        self.options = options
        var random = EnvironmentRandom(options.environment)
        node = NativeIdentifier(using: &random)
        link = NativeLink(role: .client, options: options.link, environment: options.environment)
        reconnector = Reconnector(
            backoff: Backoff.Policy(
                minimum: options.timing.backoffMin.milliseconds, maximum: options.timing.backoffMax.milliseconds))
        super.init(outlet: link.outlet, environment: options.environment, logger: options.logger)
        link.owner = self
    }

    /// A client that is connected.
    ///
    /// - Throws: `HarkError` when the first attempt fails; later the client connects again by itself.
    public static func connect(to endpoint: Endpoint, options: Options = Options()) async throws -> Client {
        let client = Client(to: endpoint, options: options)
        client.once(.connectError) { error in
            client.failWaiters(error)
        }
        client.connect()
        do {
            try await client.connected()
        } catch {
            await client.close()
            throw error
        }
        return client
    }
}
