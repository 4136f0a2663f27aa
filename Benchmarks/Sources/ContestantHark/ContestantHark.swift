public import CContest
internal import Hark

/// Hark as its users see it: whole events with names, listeners and acknowledgeable sequence numbers.
public enum ContestantHark {
    /// Runs one end of a flood. Returns when the sender has said that it is over.
    /// - Parameters:
    ///   - variant: `bytes`, `typed` or `string`.
    ///   - dialect: the wire, such as `native`.
    ///   - window: how many messages may be sent and not acknowledged; as many as by default when nil.
    /// - Throws: `HarkError` when it cannot listen or connect, or an event was dropped.
    public static func flood(_ task: contest_task, variant: String, dialect: String, window: Int? = nil) throws {
        nonisolated(unsafe) let meter = meter(task, stride: contest_stride(task.size))
        try EventLoop.run {
            if task.is_receiver {
                var options = try serverOptions(dialect)
                if let window { options.limits.windowEventCount = window }
                try await serve(task, options) { server in listen(server, variant, meter) }
            } else {
                let client = try await Client.connect(to: endpoint(task), options: clientOptions(dialect))
                try await send(task, Producer(client, variant, size: task.size), client, meter)
                try await finish(client)
            }
        }
        contest_meter_report(meter)
    }

    /// Emits from a thread that is not the loop's, in batches that are timed.
    /// - Throws: `HarkError` when it cannot connect, or an event was dropped.
    public static func emit(_ task: contest_task) throws {
        nonisolated(unsafe) let meter = meter(task, stride: 1)
        try EventLoop.run {
            let client = try await Client.connect(to: endpoint(task))
            let payload = Bytes(repeatElement(0x5A, count: task.size))
            try await Task.detached {
                var isRunning = true
                while isRunning {
                    let began = contest_nanoseconds()
                    for _ in 0..<CONTEST_BATCH_CALLS { _ = try client.emit(Keys.flood, payload).kept() }
                    contest_meter_sample(meter, contest_nanoseconds() - began)
                    isRunning = contest_meter_sent(meter, UInt64(CONTEST_BATCH_CALLS))
                    // The loop catches up here, outside the time that is taken.
                    try await client.drained()
                }
            }.value
            try await finish(client)
        }
        contest_meter_report(meter)
    }

    static func meter(_ task: contest_task, stride: UInt64) -> UnsafeMutablePointer<contest_meter> {
        contest_meter_create(task.is_receiver ? stride : 1, task.seconds)
    }

    static func endpoint(_ task: contest_task) -> Endpoint {
        let address = String(cString: task.address)
        return task.is_unix ? .unix(address) : .tcp(address, port: Int(task.port))
    }
}

// MARK: - Receiving

extension ContestantHark {
    /// Listens until a sender says that it is over.
    @EventLoop
    static func serve(
        _ task: contest_task, _ options: Server.Options, _ prepare: @EventLoop (Server) -> Void
    ) async throws {
        let server = try await Server.listen(on: endpoint(task), options: options)
        prepare(server)
        var task = task
        contest_print_ready(&task, UInt16(server.endpoints.first?.port ?? 0))
        await withCheckedContinuation { over in
            server.once("over") { () in over.resume() }
        }
        await server.close()
    }

    @EventLoop
    private static func listen(_ server: Server, _ variant: String, _ meter: UnsafeMutablePointer<contest_meter>) {
        switch variant {
        case "typed":
            server.on(Keys.order) { (number: Int, price: Double) in
                contest_meter_received(meter, MemoryLayout.size(ofValue: price), UInt8(truncatingIfNeeded: number))
            }
        case "string":
            server.on(Keys.text) { (text: String) in
                contest_meter_received(meter, text.utf8.count, text.utf8.first ?? 0)
            }
        default:
            server.on("flood") { (bytes: RawSpan) in
                contest_meter_received(meter, bytes.byteCount, bytes.lastByte)
            }
        }
    }
}

// MARK: - Sending

extension ContestantHark {
    /// Emits until the time is over; a turn ends when the socket takes no more, or as every contestant's does.
    @EventLoop
    private static func send(
        _ task: contest_task, _ producer: Producer, _ client: Client, _ meter: UnsafeMutablePointer<contest_meter>
    ) async throws {
        let turn = contest_turn(task.size)
        var isRunning = true
        while isRunning {
            let count = try producer.produce(turn)
            isRunning = contest_meter_sent(meter, count)
            if count == turn { await Task.yield() } else { try await client.drained() }
        }
    }

    @EventLoop
    static func finish(_ client: Client) async throws {
        client.emit("over")
        try await client.drained()
        await client.close()
    }
}
