import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct EventSequenceTests {
    @Test(arguments: Wire.allCases)
    func `events come in order, and the end when the emitter closes`(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            let events = pair.server.events("n")
            var heard: [Int] = []
            let ended = Signal()
            EventLoop.task {
                for await event in events { heard.append((try? event.decode(Int.self)) ?? -1) }
                ended.fire()
            }
            for n in 0..<500 { pair.client.emit("n", n) }
            try await pair.sync()
            try await pair.run { await pair.server.close() }
            try await pair.run { await ended.wait() }
            #expect(heard == (0..<500).map { $0 })
        }
    }

    @Test(arguments: [EventBuffering.newest(3), .oldest(3)])
    func `what does not fit is dropped and counted`(_ buffering: EventBuffering) async throws {
        try await withPair(.simulated) { pair in
            let events = pair.server.events("n", buffering: buffering)
            try await pair.sync()
            for n in 0..<10 { pair.client.emit("n", n) }
            try await pair.sync()
            #expect(events.dropped == 7)
            try await pair.run { await pair.server.close() }
            let heard = try await pair.run {
                var heard: [Int] = []
                for await event in events { heard.append(try event.decode(Int.self)) }
                return heard
            }
            #expect(heard == (buffering == .newest(3) ? [7, 8, 9] : [0, 1, 2]))
        }
    }

    @Test func `a cancelled task ends its sequence and its listening`() async throws {
        try await withPair(.tcp) { pair in
            let server = pair.server
            let events = server.events("n")
            let first = Signal()
            let task = Task {
                var count = 0
                for await _ in events {
                    count += 1
                    first.fire()
                }
                return count
            }
            pair.client.emit("n", 1)
            await first.wait()
            task.cancel()
            #expect(await task.value == 1)
            pair.client.emit("n", 2)
            try await pair.sync()
            var again = events.makeAsyncIterator()
            #expect(await again.next() == nil)
        }
    }

    @Test func `a closed emitter has no events`() async throws {
        let server = Server()
        await server.close()
        var count = 0
        for await _ in server.events("n") { count += 1 }
        #expect(count == 0)
    }
}
