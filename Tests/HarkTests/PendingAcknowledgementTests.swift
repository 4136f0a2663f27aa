import Hark
import HarkTesting
import Testing

@EventLoop
@Suite struct PendingAcknowledgementTests {
    @Test(arguments: [Wire.simulated, .tcp, .unix])
    func `no more events come than the window holds, until they are acknowledged`(_ wire: Wire) async throws {
        var options = PairOptions()
        options.serverLimits.windowEventCount = 10
        try await withPair(wire, options) { pair in
            var pending: [PendingAcknowledgement] = []
            var heard = 0
            let more = Signal()
            pair.server.onAny { event in
                heard += 1
                pending.append(event.deferAcknowledgement())
                if heard % 10 == 0 { more.fire() }
            }
            for n in 0..<30 { pair.client.emit("n", n) }
            for round in 1...3 {
                try await pair.run { await more.wait(for: round) }
                #expect(heard == round * 10)
                for event in pending { event.acknowledge() }
                pending = []
            }
        }
    }

    @Test func `who waits for an acknowledgement for a day keeps the connection`() async throws {
        var options = PairOptions()
        options.serverLimits.windowEventCount = 1
        try await withPair(.simulated, options) { pair in
            var pending: PendingAcknowledgement?
            var heard = 0
            var lost = 0
            let next = Signal()
            pair.client.on(.disconnect) { _ in lost += 1 }
            pair.server.onAny { event in
                heard += 1
                pending = event.deferAcknowledgement()
                next.fire()
            }
            for n in 0..<2 { pair.client.emit("n", n) }
            try await pair.run { await next.wait() }
            pair.pass(.seconds(86_400))
            #expect(heard == 1 && lost == 0)
            pending?.acknowledge()
            try await pair.run { await next.wait(for: 2) }
            #expect(lost == 0)
        }
    }

    @Test func `an event that is not acknowledged comes again in the next session, and says so`() async throws {
        try await withSimulation { simulation in
            var options = simulation.serverOptions()
            let first = Server(options: options)
            let endpoint = try await first.listen(on: .tcp(port: 0))
            var kept: [PendingAcknowledgement] = []
            let isHeard = Signal()
            first.onAny { event in
                kept.append(event.deferAcknowledgement())
                isHeard.fire()
            }
            let client = Client(to: endpoint, options: simulation.clientOptions())
            client.connect()
            client.emit("work", 1)
            try await simulation.run { await isHeard.wait() }
            try await simulation.run { await first.close() }

            options.timing = Timing()
            let second = Server(options: options)
            _ = try await second.listen(on: endpoint)
            var redelivered: [Bool] = []
            let isHeardAgain = Signal()
            second.onAny { event in
                redelivered.append(event.isRedelivered)
                isHeardAgain.fire()
            }
            try await simulation.run { await isHeardAgain.wait() }
            #expect(redelivered == [true])
            for event in kept { event.acknowledge() }
            try await simulation.run {
                await client.close()
                await second.close()
            }
        }
    }

    @Test func `one that is forgotten acknowledges`() async throws {
        var options = PairOptions()
        options.serverLimits.windowEventCount = 1
        try await withPair(.simulated, options) { pair in
            var heard = 0
            let isOver = Signal()
            pair.server.onAny { event in
                _ = event.deferAcknowledgement()
                heard += 1
                if heard == 3 { isOver.fire() }
            }
            for n in 0..<3 { pair.client.emit("n", n) }
            try await pair.run { await isOver.wait() }
            #expect(heard == 3)
        }
    }
}
