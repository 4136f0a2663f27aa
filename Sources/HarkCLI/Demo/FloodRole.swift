import Hark

/// A client that emits as fast as the other side takes it.
enum FloodRole {
    static let payloadByteCount = 128
    static let key = EventKey<Int, Bytes>("load")

    @EventLoop
    static func play(_ endpoint: Endpoint) async throws {
        let client = try await Client.connect(to: endpoint)
        let payload = Bytes(repeatElement(0x68, count: payloadByteCount))
        let end = Nanoseconds.now + 3_000_000_000
        var sent = 0
        while Nanoseconds.now < end {
            // A handful at a time, so that events wait in the socket rather than here.
            for _ in 0..<64 {
                client.emit(key, Nanoseconds.now, payload)
                sent += 1
            }
            try await client.drained()
            await Task.yield()
        }
        client.emit("sent", sent)
        await client.close()
    }
}
