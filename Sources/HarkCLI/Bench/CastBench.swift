import Hark

/// A measurement of a group: this process emits, the other side receives. All of it stays on this machine.
@EventLoop
final class CastBench {
    /// The block that every organisation gives out itself (RFC 2365).
    static nonisolated let group = "239.255.72.83"
    /// 100 B and 100 KiB: what a loop packs, and what it cuts.
    static nonisolated let sizes = [100, 100 << 10]
    /// 200 ms, in which repairs arrive.
    private static let pollInterval: UInt64 = 200
    /// 25 times, which is 5 s: when nothing has come for so long, nothing will.
    private static let pollCountMax = 25
    /// 4 KiB: longer events are measured one by one.
    private static let unstampedByteCountMax = 4 << 10

    private let plan: BenchPlan
    /// To the other side, besides the group.
    private let client: Client
    let driver: LoadDriver
    private let sender: CastSender

    /// - Parameter port: the group's.
    init(_ plan: BenchPlan, _ client: Client, port: Int) throws {
        self.plan = plan
        self.client = client
        let sender = CastSender(Self.member(port: port), size: plan.size)
        self.sender = sender
        driver = LoadDriver(plan, { try await sender.drained() }, { sender.emit($0) })
        driver.onStart = { sender.isWarm = true }
        guard plan.size <= Self.unstampedByteCountMax else { return }
        driver.sendUnstamped = { count in
            for index in 0..<count where sender.emit(Stamp.none) != .written { return (index + 1, true) }
            return (count, false)
        }
    }

    /// A member that hears and is heard on this machine alone.
    static func member(port: Int) -> MulticastGroup {
        var options = MulticastGroup.Options(port: port)
        options.multicastMembership = group
        options.multicastInterface = "127.0.0.1"
        options.multicastTtl = 0
        // Without a rate it goes as fast as the other side receives.
        options.reliability.flowControl = .slowestTagged
        options.reliability.isTagged = true
        return MulticastGroup(options: options)
    }

    /// - Parameter empty: without anything measured.
    /// - Throws: `Failure`, or `HarkError`.
    func run(_ empty: BenchResult) async throws -> BenchResult {
        var result = empty
        if let endpoint = sender.group.endpoint { result.url = endpoint.description }
        defer { EventLoop.task { [group = sender.group] in await group.close() } }
        sender.group.on(.error) { [driver] in driver.fail(Failure($0)) }
        try await sender.group.start()
        try await meet()
        try await driver.run()
        try await sender.drained()
        let seen = try await settled()
        let received = seen["received"]?.int ?? 0
        result.sent = driver.sent
        result.received = received
        result.missed = driver.missed
        result.seconds = received > 0 ? Double(max(1, (seen["last"]?.int ?? 0) - driver.start)) / 1e9 : driver.elapsed
        result.latencies = Latencies(seen["latencies"])
        let traffic = sender.group.traffic
        result.cast = BenchResult.Cast(
            reportedLost: seen["lost"]?.int ?? 0, sentByteCount: traffic.sentByteCount,
            repairedByteCount: traffic.repairedByteCount)
        return result
    }

    /// Waits until the other side hears this one: what was emitted before is none of its business.
    private func meet() async throws {
        for _ in 0..<Self.pollCountMax {
            sender.group.emit(BenchKeys.begin)
            if try await (client.request(BenchKeys.tally) as Value)["hasMet"] == true { return }
            await pause()
        }
        throw Failure(.failure, "the other process does not hear this one in a group; see hark doctor")
    }

    private func pause() async {
        await withCheckedContinuation { continuation in
            LoopTimer { continuation.resume() }.schedule(at: TimerHeap.now + Self.pollInterval)
        }
    }

    /// What the other side has when all has arrived, or nothing comes any more.
    private func settled() async throws -> Value {
        var seen = try await client.request(BenchKeys.tally) as Value
        var quiet = 0
        while (seen["received"]?.int ?? 0) < driver.sent, quiet < Self.pollCountMax {
            await pause()
            let now = try await client.request(BenchKeys.tally) as Value
            quiet = now["received"] == seen["received"] ? quiet + 1 : 0
            seen = now
        }
        return try await client.request(BenchKeys.finish)
    }
}

/// What emits to the group.
@EventLoop
private final class CastSender {
    let group: MulticastGroup
    private var payload: Bytes
    /// The warm-up is over.
    var isWarm = false
    /// 256 KiB: as much as `drained` leaves in the queue. Beyond that it has to be asked.
    private static let freshByteCountMax = 256 << 10
    /// What was emitted since then, in bytes.
    private var freshByteCount = 0

    init(_ group: MulticastGroup, size: Int) {
        self.group = group
        payload = Stamp.payload(size)
    }

    func emit(_ stamp: Int) -> EmitResult {
        Stamp.write(stamp, to: &payload)
        let result = group.emit(isWarm ? BenchKeys.load : BenchKeys.warmUp, payload)
        freshByteCount += payload.count
        return result == .written && freshByteCount > Self.freshByteCountMax ? .queued : result
    }

    func drained() async throws {
        freshByteCount = 0
        try await group.drained()
        await Task.yield()
    }
}
