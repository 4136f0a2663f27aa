public import CContest
internal import Hark

extension ContestantHark {
    /// Runs one end of a fan-out. Returns when the sender has said that it is over.
    /// - Throws: `HarkError` when it cannot listen or connect, or an event was dropped.
    public static func fanOut(_ task: contest_task) throws {
        nonisolated(unsafe) let meter = meter(task, stride: contest_stride(task.size))
        try EventLoop.run {
            if task.is_receiver { try await hear(task, meter) } else { try await broadcast(task, meter) }
        }
        contest_meter_report(meter)
    }

    @EventLoop
    private static func broadcast(_ task: contest_task, _ meter: UnsafeMutablePointer<contest_meter>) async throws {
        let server = try await Server.listen(on: endpoint(task))
        await withCheckedContinuation { complete in
            var connected = 0
            server.onConnection { _ in
                connected += 1
                if connected == task.count { complete.resume() }
            }
            var task = task
            contest_print_ready(&task, UInt16(server.endpoints.first?.port ?? 0))
        }
        let peers = server.peers
        let payload = Bytes(repeatElement(0x5A, count: task.size))
        let turn = contest_fan_out_turn(task.size)
        let key = Keys.flood
        var isRunning = true
        while isRunning {
            // As in C: a turn begins when everybody has taken the one before.
            try await server.drained()
            for _ in 0..<turn { _ = try server.emit(key, payload).kept() }
            isRunning = contest_meter_sent(meter, turn * UInt64(peers.count))
            await Task.yield()
        }
        server.emit("over")
        await server.close()
    }

    @EventLoop
    private static func hear(_ task: contest_task, _ meter: UnsafeMutablePointer<contest_meter>) async throws {
        var clients: [Client] = []
        for _ in 0..<task.count { clients.append(Client(to: endpoint(task))) }
        await withCheckedContinuation { over in
            var remaining = clients.count
            for client in clients {
                client.on("flood") { (bytes: RawSpan) in
                    contest_meter_received(meter, bytes.byteCount, bytes.lastByte)
                }
                client.once("over") { () in
                    remaining -= 1
                    if remaining == 0 { over.resume() }
                }
                client.connect()
            }
        }
        for client in clients { await client.close() }
    }
}
