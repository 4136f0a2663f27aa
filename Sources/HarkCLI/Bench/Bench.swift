import Hark

/// One measurement, from the first connection to the result.
@EventLoop
final class Bench {
    /// 30 s: who asks many things at once waits for the answer to the last of them.
    private static let requestTimeout = Duration.seconds(30)

    private let plan: BenchPlan
    private let endpoint: Endpoint
    private var client: Client?
    /// Those that only listen, or idle.
    private var others: [Client] = []
    private(set) var driver: LoadDriver?
    private(set) var isStopped = false
    private var hasClockInCommon = false
    private var result: BenchResult

    init(_ plan: BenchPlan, _ endpoint: Endpoint) {
        self.plan = plan
        self.endpoint = endpoint
        result = BenchResult(plan, endpoint.description)
    }

    /// Whether there is something to tell.
    var hasBegun: Bool { driver != nil || idleCount > 0 }

    /// Connections that idle so far.
    var idleCount: Int { plan.mode == .idle ? others.count : 0 }

    /// Ends it early, with what was measured so far.
    func stop() {
        isStopped = true
        driver?.stop()
    }

    /// - Throws: `Failure` when there is nothing to measure, or no longer.
    func run() async throws -> BenchResult {
        BenchMachine.raiseFileLimit()
        let client = try await connect()
        self.client = client
        do {
            try await greet(client)
            switch plan.mode {
            case .roundTrip: try await measureRoundTrips(client)
            case .oneWay: try await measureOneWay(client)
            case .acknowledged: try await measureAcknowledgements(client)
            case .requests: try await measureRequests(client)
            case .fanOut: try await measureFanOut(client)
            case .idle: try await measureIdling(client)
            case .cast: try await measureCast(client)
            }
        } catch let error as HarkError {
            throw Failure(error)
        }
        result.wasInterrupted = isStopped
        let goodbyes = ([client] + others).map { client in EventLoop.task { await client.close() } }
        for goodbye in goodbyes { await goodbye.value }
        return result
    }

    // MARK: Connecting

    private func connect() async throws -> Client {
        var options = Client.Options()
        options.reconnects = false
        options.limits.queueByteCount = 2 * BenchOptions.windowByteCountMax
        // Answering each other without an end is what is measured.
        options.limits.stormRate = .max
        // One more than the window: the measurement itself asks as well.
        options.limits.requestCount += 1
        do {
            let client = try await Client.connect(to: endpoint, options: options)
            client.on(.disconnect) { [weak self, endpoint] error in
                let text = "the connection to \(endpoint) was lost: \(error.message)"
                self?.driver?.fail(Failure(.connection, text))
            }
            return client
        } catch let error as HarkError {
            throw Failure(connecting: error)
        }
    }

    /// Asks whether the other side takes part, and who it is.
    private func greet(_ client: Client) async throws {
        let hello: Value
        do {
            hello = try await client.request(BenchKeys.hello)
        } catch {
            throw Failure(
                .connection, "\(endpoint) does not measure; start `hark bench --serve \(endpoint)` there: \(error)")
        }
        let clock = hello["clock"]?.string
        hasClockInCommon = clock != nil && clock == BenchMachine.clockID
        if !hasClockInCommon { result.otherMachine = hello["machine"] }
        if plan.mode != .idle { let _: Bool = try await client.request(BenchKeys.start, plan.size) }
    }

    private func connectOthers(_ count: Int) async throws {
        while others.count < count, !isStopped { others.append(try await connect()) }
    }

    private func run(_ driver: LoadDriver) async throws {
        self.driver = driver
        if isStopped { driver.stop() }
        try await driver.run()
        result.sent = driver.sent
        result.received = driver.received
        result.missed = driver.missed
        result.seconds = driver.elapsed
        result.latencies = driver.latencies
    }

    // MARK: Modes

    private func measureRoundTrips(_ client: Client) async throws {
        var payload = Stamp.payload(plan.size)
        let driver = LoadDriver(plan, client) { stamp in
            Stamp.write(stamp, to: &payload)
            return client.emit(BenchKeys.ping, payload)
        }
        client.on(BenchKeys.pong) { (bytes: RawSpan) in
            driver.answered(Stamp.read(bytes))
            driver.completed()
        }
        try await run(driver)
    }

    private func measureOneWay(_ client: Client) async throws {
        var payload = Stamp.payload(plan.size)
        let isStamped = hasClockInCommon
        let driver = LoadDriver(plan, client) { stamp in
            Stamp.write(isStamped ? stamp : Stamp.none, to: &payload)
            return client.emit(BenchKeys.load, payload)
        }
        let unstamped = Stamp.payload(plan.size)
        driver.sendUnstamped = { count in
            for index in 0..<count where client.emit(BenchKeys.load, unstamped) != .written { return (index + 1, true) }
            return (count, false)
        }
        driver.onStart = { client.emit(BenchKeys.begin) }
        try await run(driver)
        // It arrives behind all events.
        let seen: Value = try await client.request(BenchKeys.finish, within: Self.requestTimeout)
        guard driver.sent > 0 else { return }
        result.received = seen["received"]?.int ?? 0
        result.seconds = Double(seen["nanoseconds"]?.int ?? 0) / 1e9
        result.latencies = isStamped ? Latencies(seen["latencies"]) : nil
    }

    private func measureAcknowledgements(_ client: Client) async throws {
        let payload = Stamp.payload(plan.size)
        var driver: LoadDriver?
        let load = LoadDriver(plan, client) { stamp in
            client.emit(BenchKeys.load.text, payload, ack: .within(Self.requestTimeout)) { error in
                if let error {
                    driver?.fail(Failure(.failure, "an event was not acknowledged: \(error.message)"))
                } else {
                    driver?.answered(stamp)
                    driver?.completed()
                }
            }
            return .written
        }
        driver = load
        try await run(load)
    }

    private func measureRequests(_ client: Client) async throws {
        let payload = Stamp.payload(plan.size)
        var driver: LoadDriver?
        let load = LoadDriver(plan, client) { stamp in
            EventLoop.task {
                do {
                    let _: Bytes = try await client.request(BenchKeys.echo, payload, within: Self.requestTimeout)
                    driver?.answered(stamp)
                    driver?.completed()
                } catch {
                    driver?.fail(Failure(.failure, "a request failed: \(error)"))
                }
            }
            return .written
        }
        driver = load
        try await run(load)
    }

    private func measureFanOut(_ client: Client) async throws {
        try await connectOthers(plan.clients - 1)
        var payload = Stamp.payload(plan.size)
        var tally = FanOutTally(clientCount: others.count + 1)
        let driver = LoadDriver(plan, client) { stamp in
            Stamp.write(stamp, to: &payload)
            tally.sent()
            return client.emit(BenchKeys.cast, payload)
        }
        for (index, listener) in ([client] + others).enumerated() {
            listener.on(BenchKeys.news) { (bytes: RawSpan) in
                driver.answered(Stamp.read(bytes))
                for _ in 0..<tally.received(by: index) { driver.completed() }
            }
        }
        try await run(driver)
    }

    private func measureCast(_ client: Client) async throws {
        let port: Int = try await client.request(BenchKeys.join)
        let bench = try CastBench(plan, client, port: port)
        driver = bench.driver
        if isStopped { bench.driver.stop() }
        result = try await bench.run(result)
    }

    private func measureIdling(_ client: Client) async throws {
        let before: Int = try await client.request(BenchKeys.memory)
        guard before > 0 else {
            throw Failure(.failure, "the system of \(endpoint) does not tell how much memory a process has")
        }
        try await connectOthers(plan.connections)
        await pause()
        let after: Int = try await client.request(BenchKeys.memory, within: Self.requestTimeout)
        result.memory = BenchResult.Memory(before: before, after: after, connections: others.count)
        result.latencies = nil
    }

    /// Lets connections idle.
    private func pause() async {
        let end = TimerHeap.now + UInt64((plan.warmUp + plan.duration) * 1_000)
        while TimerHeap.now < end, !isStopped {
            // 100 ms: who stops it does not wait longer than that.
            let moment = min(end, TimerHeap.now + 100)
            await withCheckedContinuation { continuation in
                LoopTimer { continuation.resume() }.schedule(at: moment)
            }
        }
    }
}
