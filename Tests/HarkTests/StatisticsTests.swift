import Hark
import HarkTesting
import Testing

extension Statistics {
    /// Whether everything emitted is accounted for.
    var isBalanced: Bool {
        emitted == acknowledged + volatile + inFlight + unknown + dropped.values.reduce(0, +)
    }
}

@EventLoop
@Suite struct StatisticsTests {
    @Test(arguments: [Wire.simulated, .tcp, .unix])
    func `what one side has acknowledged the other has received`(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            for n in 0..<100 { pair.client.emit("n", n) }
            for n in 0..<50 { pair.server.emit("n", n) }
            pair.client.emitVolatile("v")
            pair.client.emit(String(repeating: "n", count: 300))
            try await pair.run {
                try await pair.client.emit("last", ack: .within(.seconds(60)))
                try await pair.peer.emit("last", ack: .within(.seconds(60)))
            }
            let client = pair.client.statistics
            #expect(client.emitted == 103 && client.acknowledged == 101 && client.volatile == 1 && client.inFlight == 0)
            #expect(client.dropped == [.nameTooLong: 1])
            #expect(client.received == 51)
            let server = pair.server.statistics
            #expect(server.emitted == 51 && server.acknowledged == 51)
            #expect(client.isBalanced && server.isBalanced)
        }
    }

    @Test func `what waits is in flight, and dropped when its emitter closes`() async throws {
        try await withSimulation { simulation in
            let client = Client(to: .tcp("nowhere", port: 1), options: simulation.clientOptions())
            for n in 0..<10 { client.emit("n", n) }
            #expect(client.statistics.inFlight == 10 && client.statistics.isBalanced)
            try await simulation.run { await client.close() }
            client.emit("late")
            #expect(client.statistics.inFlight == 0)
            #expect(client.statistics.dropped == [.closed: 11])
            #expect(client.statistics.emitted == 11 && client.statistics.isBalanced)
        }
    }

    @Test func `what was sent and never acknowledged is unknown`() async throws {
        var options = PairOptions()
        options.serverLimits.windowEventCount = 10
        options.clientTiming.close = .milliseconds(100)
        try await withPair(.simulated, options) { pair in
            var kept: [PendingAcknowledgement] = []
            pair.server.onAny { kept.append($0.deferAcknowledgement()) }
            for n in 0..<25 { pair.client.emit("n", n) }
            try await pair.run { await pair.client.close() }
            let client = pair.client.statistics
            #expect(client.unknown == 10 && client.dropped == [.closed: 15])
            #expect(client.acknowledged == 0 && client.isBalanced)
            #expect(pair.server.statistics.received == 10)
        }
    }

    @Test func `a server remembers peers that are gone`() async throws {
        try await withPair(.simulated) { pair in
            for n in 0..<5 { pair.client.emit("n", n) }
            try await pair.sync()
            pair.server.emit("n")
            let isGone = Signal()
            pair.peer.on(.close) { isGone.fire() }
            try await pair.run {
                await pair.client.close()
                await isGone.wait()
            }
            #expect(pair.server.peers.isEmpty)
            #expect(pair.server.statistics.received == 5)
            #expect(pair.server.statistics.emitted == 1 && pair.server.statistics.isBalanced)
        }
    }
}
