internal import HarkUV

/// What an emitter takes from outside: connections, time and randomness. Replaced as a whole in simulations.
public struct Environment: Sendable {
    /// Makes connections.
    public var transport: any Transport

    /// Tells the time.
    public var clock: any EventClock

    /// The next 64 random bits.
    public var random: @EventLoop @Sendable () -> UInt64

    /// - Parameters:
    ///   - transport: makes connections.
    ///   - clock: tells the time.
    ///   - random: the next 64 random bits.
    public init(
        transport: any Transport, clock: any EventClock, random: @escaping @EventLoop @Sendable () -> UInt64
    ) {
        self.transport = transport
        self.clock = clock
        self.random = random
    }

    /// Sockets, the loop's clock and the system's randomness.
    public static let live = Environment(transport: SocketTransport.shared, clock: LoopClock.shared) {
        var system = SystemRandomNumberGenerator()
        return system.next()
    }
}

/// The environment's randomness as a generator.
struct EnvironmentRandom: RandomNumberGenerator {
    let source: () -> UInt64

    @EventLoop
    init(_ environment: Environment) {
        let random = environment.random
        source = { EventLoop.enter(random) { $0() } }
    }

    mutating func next() -> UInt64 { source() }
}
