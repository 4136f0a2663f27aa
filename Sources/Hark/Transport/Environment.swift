internal import HarkUV

/// What an emitter takes from outside: connections, time and randomness. Replaced as a whole in simulations.
public struct Environment: Sendable {
    /// Makes connections.
    public var transport: any Transport

    /// Opens the sockets of multicast groups.
    package var datagrams: any DatagramTransport

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
        datagrams = SocketDatagramTransport.shared
        self.clock = clock
        self.random = random
    }

    /// Sockets, the loop's clock and the system's randomness. Unix sockets are for the same user only.
    public static let live = live(fileMode: 0o600)

    /// As `live`, for others too.
    ///
    /// - Parameter fileMode: the mode of the files of unix sockets that are listened on, such as 0o660 for a group. Who
    ///   may write to the file may connect. It is set before the name can be found.
    public static func live(fileMode: UInt32) -> Environment {
        Environment(transport: SocketTransport(fileMode: fileMode), clock: LoopClock.shared) {
            var system = SystemRandomNumberGenerator()
            return system.next()
        }
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
