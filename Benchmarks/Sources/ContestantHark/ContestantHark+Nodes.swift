public import CContest
internal import Hark

extension ContestantHark {
    /// Whether there are nodes.
    public static var hasNodes: Bool { true }

    /// Runs one end of a flood between nodes. Returns when the sender has said that it is over.
    /// - Throws: `HarkError` when it cannot listen, or an event was dropped.
    public static func nodes(_ task: contest_task) throws {
        nonisolated(unsafe) let meter = meter(task, stride: contest_stride(task.size))
        try EventLoop.run {
            if task.is_receiver { try await receive(task, meter) } else { try await flood(task, meter) }
        }
        contest_meter_report(meter)
    }

    /// Passes on what a sender says to a receiver, until it is ended.
    /// - Throws: `HarkError` when it cannot listen.
    public static func passOn(_ task: contest_task) throws {
        try EventLoop.run {
            let node = Node(options: Node.Options(id: "relay"))
            node.connect(to: endpoint(task))
            // Whoever comes can be sure that what it says is passed on.
            try await node.waitFor(subscribers: 1, of: "flood")
            let bound = try await node.listen(on: .tcp("127.0.0.1", port: 0))
            var task = task
            contest_print_ready(&task, UInt16(bound.port ?? 0))
        }
    }

    @EventLoop
    private static func receive(_ task: contest_task, _ meter: UnsafeMutablePointer<contest_meter>) async throws {
        let node = Node(options: Node.Options(id: "receiver"))
        let bound = try await node.listen(on: endpoint(task))
        node.on("flood") { (bytes: RawSpan) in contest_meter_received(meter, bytes.byteCount, bytes.lastByte) }
        await withCheckedContinuation { over in
            node.once("over") { () in over.resume() }
            var task = task
            contest_print_ready(&task, UInt16(bound.port ?? 0))
        }
        await node.end()
    }

    @EventLoop
    private static func flood(_ task: contest_task, _ meter: UnsafeMutablePointer<contest_meter>) async throws {
        let node = Node(options: Node.Options(id: "sender"))
        node.connect(to: endpoint(task))
        try await node.waitFor(subscribers: 1, of: "flood")
        let payload = Bytes(repeatElement(0x5A, count: task.size))
        let turn = contest_turn(task.size)
        var isRunning = true
        while isRunning {
            for _ in 0..<turn { _ = try node.emit(Keys.flood, payload).kept() }
            isRunning = contest_meter_sent(meter, turn)
            await Task.yield()
            try await node.drained()
        }
        node.emit("over")
        await node.end()
    }
}
