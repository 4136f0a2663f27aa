public import Hark

/// A world of its own: a network, a clock and chance, all from one seed. Two runs with the same seed are the same, bit
/// for bit.
///
/// ```swift
/// try await withSimulation(seed: 7) { simulation in
///     let server = Server(options: simulation.serverOptions())
///     let endpoint = try await server.listen(on: .tcp(port: 0))
///     server.reply(to: "sum") { (a: Int, b: Int) in a + b }
///
///     let client = Client(to: endpoint, options: simulation.clientOptions())
///     client.connect()
///     simulation.network.partition()
///     simulation.run(for: .seconds(60))
///     simulation.network.heal()
///     let sum: Int = try await simulation.run {
///         try await client.connected()
///         return try await client.request("sum", 2, 3)
///     }
/// }
/// ```
/// Time passes in `run` and `step` only, and costs nothing. In between everything that tasks of the loop can do without
/// time passing is done. Work on other threads is not part of the simulation.
@EventLoop
public final class Simulation {
    /// 1 hour: how long `run(until:)` and `run(_:)` wait, in virtual time, for what seems never to happen.
    public static let patience: Duration = .seconds(3_600)

    /// What everything follows from.
    public nonisolated let seed: UInt64

    /// The time of this world.
    public let clock = VirtualClock()

    /// The connections of this world.
    public let network: SimulatedNetwork

    /// Chance for the test itself: what to do next, and how often.
    public var random: SeededRandom

    private let source: RandomSource

    /// - Parameters:
    ///   - seed: what everything follows from.
    ///   - conditions: how the network behaves.
    public init(seed: UInt64, conditions: NetworkConditions = .ordinary) {
        self.seed = seed
        var random = SeededRandom(seed: seed)
        network = SimulatedNetwork(clock: clock, random: random.fork(), conditions: conditions)
        source = RandomSource(random.fork())
        self.random = random
    }

    /// What emitters of this world take as their environment.
    public var environment: Environment {
        let source = source
        var environment = Environment(transport: network, clock: clock) { source.next() }
        environment.datagrams = network
        return environment
    }

    /// The default options of a server, in this environment.
    public func serverOptions() -> Server.Options {
        var options = Server.Options()
        options.environment = environment
        return options
    }

    /// The default options of a client, in this environment.
    public func clientOptions() -> Client.Options {
        var options = Client.Options()
        options.environment = environment
        return options
    }

    /// The default options of a member of a group, in this environment.
    public func groupOptions(dialect: Dialect = .native, port: Int? = nil) -> MulticastGroup.Options {
        var options = MulticastGroup.Options(dialect: dialect, port: port)
        options.environment = environment
        return options
    }

    /// The default options of a node, in this environment.
    public func nodeOptions(id: String? = nil) -> Node.Options {
        var options = Node.Options(id: id)
        options.environment = environment
        return options
    }

    // MARK: Time

    /// Starts a task that runs while time passes. Unlike one made with `Task { @EventLoop in … }` it resumes without a
    /// detour over another thread, which would not be part of the simulation.
    public func start(_ operation: @escaping @EventLoop () async -> Void) { EventLoop.task(operation) }

    /// Does everything that can be done without time passing. Not from within a listener of a node: what arrives then
    /// would arrive in the middle of another event.
    public func settle() {
        precondition(!Dispatch.isOfNode, "a listener of a node lets simulated time pass")
        EventLoop.current.settle()
    }

    /// Lets the next thing happen: one delivery, or one deadline.
    ///
    /// - Returns: false when nothing will ever happen.
    @discardableResult
    public func step(until limit: UInt64 = .max) -> Bool {
        settle()
        defer { settle() }
        return clock.fireNext(until: limit)
    }

    /// Lets `duration` pass.
    public func run(for duration: Duration) {
        let end = clock.now + duration.wholeMilliseconds
        while step(until: end) {}
        clock.move(to: end)
    }

    /// Goes on until the network has nothing left to deliver. Deadlines beyond that have not come.
    public func runUntilIdle() {
        settle()
        while network.pendingCount > 0, step() {}
    }

    /// Goes on until `condition` holds.
    ///
    /// - Throws: `SimulationError` when it never does.
    public func run(
        within duration: Duration = Simulation.patience, until condition: () throws -> Bool
    ) throws {
        let end = clock.now + duration.wholeMilliseconds
        settle()
        while try !condition() {
            guard step(until: end) else { throw SimulationError.neverHappened(within: duration) }
        }
    }

    /// Goes on until `operation` has ended.
    ///
    /// - Returns: what it returns.
    /// - Throws: what it throws; `SimulationError` when it never ends.
    @discardableResult
    public func run<Result: Sendable>(
        within duration: Duration = Simulation.patience,
        _ operation: @escaping @EventLoop () async throws -> Result
    ) async throws -> Result {
        var result: Swift.Result<Result, any Error>?
        EventLoop.task {
            do { result = .success(try await operation()) } catch { result = .failure(error) }
        }
        try run(within: duration) { result != nil }
        guard let result else { throw SimulationError.neverHappened(within: duration) }
        return try result.get()
    }
}

/// The randomness of a world's emitters.
@EventLoop
private final class RandomSource {
    private var random: SeededRandom

    init(_ random: SeededRandom) { self.random = random }

    func next() -> UInt64 { random.next() }
}
