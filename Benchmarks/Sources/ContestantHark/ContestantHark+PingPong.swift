public import CContest
internal import Hark

extension ContestantHark {
    /// Runs one end of a ping-pong. Returns when the sender has said that it is over.
    /// - Parameters:
    ///   - variant: `string`; anything else is bytes.
    ///   - dialect: the wire, such as `native`.
    /// - Throws: `HarkError` when it cannot listen or connect.
    public static func pingPong(_ task: contest_task, variant: String, dialect: String) throws {
        nonisolated(unsafe) let meter = meter(task, stride: 16)
        let isText = variant == "string"
        try EventLoop.run {
            if task.is_receiver {
                try await serve(task, serverOptions(dialect)) { server in
                    server.onConnection { peer in
                        if isText { answer(peer, text(task), meter) } else { answer(peer, bytes(task), meter) }
                    }
                }
            } else {
                let client = try await Client.connect(to: endpoint(task), options: clientOptions(dialect))
                if isText {
                    await serveBalls(client, text(task), meter)
                } else {
                    await serveBalls(client, bytes(task), meter)
                }
                try await finish(client)
            }
        }
        contest_meter_report(meter)
    }

    private static func bytes(_ task: contest_task) -> Bytes { Bytes(repeatElement(0x5A, count: task.size)) }

    private static func text(_ task: contest_task) -> String { String(repeating: "Z", count: task.size) }

    @EventLoop
    private static func answer(_ peer: Peer, _ answer: Bytes, _ meter: UnsafeMutablePointer<contest_meter>) {
        peer.on("ping") { (bytes: RawSpan) in
            contest_meter_received(meter, bytes.byteCount, bytes.lastByte)
            peer.emit(Keys.pong, answer)
        }
    }

    @EventLoop
    private static func answer(_ peer: Peer, _ answer: String, _ meter: UnsafeMutablePointer<contest_meter>) {
        peer.on(Keys.textPing) { (text: String) in
            contest_meter_received(meter, text.utf8.count, text.utf8.first ?? 0)
            peer.emit(Keys.textPong, answer)
        }
    }

    /// Serves, waits for the answer, and serves again; all of it in listeners.
    @EventLoop
    private static func serveBalls(
        _ client: Client, _ payload: Bytes, _ meter: UnsafeMutablePointer<contest_meter>
    ) async {
        await withCheckedContinuation { over in
            var began = contest_nanoseconds()
            client.on("pong") { (bytes: RawSpan) in
                meter.pointee.checksum &+= UInt64(bytes.byteCount) + UInt64(bytes.lastByte)
                began = contest_meter_round_trip(meter, began)
                if contest_meter_is_over(meter, began) { over.resume() } else { client.emit(Keys.ping, payload) }
            }
            client.emit(Keys.ping, payload)
        }
    }

    /// The same with a String.
    @EventLoop
    private static func serveBalls(
        _ client: Client, _ payload: String, _ meter: UnsafeMutablePointer<contest_meter>
    ) async {
        await withCheckedContinuation { over in
            var began = contest_nanoseconds()
            client.on(Keys.textPong) { (text: String) in
                meter.pointee.checksum &+= UInt64(text.utf8.count) + UInt64(text.utf8.first ?? 0)
                began = contest_meter_round_trip(meter, began)
                if contest_meter_is_over(meter, began) { over.resume() } else { client.emit(Keys.textPing, payload) }
            }
            client.emit(Keys.textPing, payload)
        }
    }
}
