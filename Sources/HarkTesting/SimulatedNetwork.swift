public import Hark

/// A network in memory. Endpoints are ordinary `Endpoint`s that mean something inside it only; listening on port 0
/// gives a port that is free in it.
///
/// Everything happens by timers of its clock, so nothing is called back before the call that caused it has returned.
@EventLoop
public final class SimulatedNetwork: Transport {
    /// Ports that nobody asked for come from here on: the range that systems use for the same.
    private static let freshPortFirst = 49_152

    /// How it treats what is sent from now on.
    public var conditions: NetworkConditions

    /// Called for each new connection before its first byte moves: the moment to plan its end.
    public var onConnection: ((SimulatedCable) -> Void)?

    /// The connections that neither side has closed and that are not cut, oldest first.
    public private(set) var cables: [SimulatedCable] = []

    /// Whether nothing gets through, see `partition()`.
    public private(set) var isPartitioned = false

    /// A number that depends on all that has happened here, and when. Two runs that differ anywhere differ in it.
    public private(set) var fingerprint: UInt64 = 0xCBF2_9CE4_8422_2325

    /// How many deliveries are under way.
    private(set) var pendingCount = 0

    let clock: VirtualClock
    private var random: SeededRandom
    private var acceptors: [SimulatedAcceptor] = []
    private(set) var datagramSockets: [SimulatedDatagramSocket] = []
    private var nextPort = SimulatedNetwork.freshPortFirst
    private var nextCable = 1

    /// - Parameters:
    ///   - clock: what all delays are measured by.
    ///   - random: where all chance comes from.
    ///   - conditions: how it treats what is sent.
    public init(clock: VirtualClock, random: SeededRandom, conditions: NetworkConditions = .ordinary) {
        self.clock = clock
        self.random = random
        self.conditions = conditions
    }

    // MARK: Transport

    /// Connects to who listens on `endpoint` here; refused when nobody does. Waits while the network is partitioned.
    public func dial(
        _ endpoint: Endpoint, _ completion: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) -> any DialAttempt {
        let attempt = SimulatedDial(endpoint, completion)
        after(drawLatency()) { [weak self] in self?.arrive(attempt) }
        return attempt
    }

    /// Listens here.
    ///
    /// - Throws: `HarkError` with code `.addressInUse` when somebody does already.
    public func listen(
        on endpoint: Endpoint, accept: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) throws(HarkError) -> any Acceptor {
        var bound = endpoint
        if case .tcp(let host, port: 0) = endpoint { bound = .tcp(host, port: freshPort()) }
        guard !acceptors.contains(where: { $0.clashes(with: bound) }) else {
            throw HarkError(.addressInUse, "cannot listen on \(bound): something else listens there")
        }
        let acceptor = SimulatedAcceptor(endpoint: bound, network: self, accept)
        acceptors.append(acceptor)
        return acceptor
    }

    // MARK: Faults

    /// From now on nothing gets through in any direction. Nobody is told; what is under way waits.
    public func partition() { isPartitioned = true }

    /// Lets everything through again, also what has waited.
    public func heal() {
        isPartitioned = false
        for cable in cables { cable.resume() }
    }

    /// Cuts all connections.
    public func cutAll() { for cable in cables { cable.cut() } }

    // MARK: For its parts

    func remove(_ acceptor: SimulatedAcceptor) { acceptors.removeAll { $0 === acceptor } }
    func remove(_ cable: SimulatedCable) { cables.removeAll { $0 === cable } }

    /// Runs `action` when `milliseconds` have passed. Counts as work under way.
    func after(_ milliseconds: UInt64, _ action: @escaping @EventLoop () -> Void) {
        pendingCount += 1
        let timer = clock.timer { [weak self] in
            self?.pendingCount -= 1
            action()
        }
        timer.schedule(at: clock.now + milliseconds)
    }

    func drawLatency() -> UInt64 {
        let range = conditions.latency
        return .random(in: range.lowerBound.wholeMilliseconds...range.upperBound.wholeMilliseconds, using: &random)
    }

    /// How long a datagram takes.
    func drawDatagramLatency() -> UInt64 {
        random.isOne(in: conditions.reorderOneIn) ? drawLatency() : conditions.latency.lowerBound.wholeMilliseconds
    }

    /// How many datagrams are lost from this one on.
    func drawLoss() -> Int {
        random.isOne(in: conditions.lossOneIn) ? .random(in: conditions.lossBurst, using: &random) : 0
    }

    func drawDuplicate() -> Bool { random.isOne(in: conditions.duplicateOneIn) }

    func add(_ socket: SimulatedDatagramSocket) { datagramSockets.append(socket) }
    func remove(_ socket: SimulatedDatagramSocket) { datagramSockets.removeAll { $0 === socket } }

    func drawSegment() -> Int { .random(in: conditions.segmentByteCount, using: &random) }
    func drawCut() -> Bool { random.isOne(in: conditions.cutOneIn) }
    func drawCoin() -> Bool { random.isOne(in: 2) }

    /// Something has happened.
    func note(_ numbers: UInt64...) {
        for number in [clock.now] + numbers { fingerprint = (fingerprint ^ number) &* 0x100_0000_01B3 }
    }

    func freshPort() -> Int {
        nextPort += 1
        return nextPort - 1
    }

    private func arrive(_ attempt: SimulatedDial) {
        guard !attempt.isCancelled else { return }
        let acceptor = acceptors.first { $0.hears(attempt.endpoint) }
        if isPartitioned || acceptor?.hasRoom == false {
            // 1 s, as the first retransmission of a system's own attempt.
            return after(1_000) { [weak self] in self?.arrive(attempt) }
        }
        guard let acceptor, !random.isOne(in: conditions.refusalOneIn) else {
            note(0)
            return attempt.finish(
                .failure(HarkError(.connect, "cannot connect to \(attempt.endpoint): nothing listens there")))
        }
        let cable = SimulatedCable(
            number: nextCable, network: self, dialled: attempt.endpoint,
            from: attempt.endpoint.port == nil ? attempt.endpoint : .tcp("127.0.0.1", port: freshPort()))
        nextCable += 1
        cables.append(cable)
        note(1, UInt64(cable.number))
        onConnection?(cable)
        acceptor.offer(cable.acceptor)
        after(drawLatency()) { cable.reach(attempt) }
    }
}
