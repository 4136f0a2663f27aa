import Hark
import HarkTesting
import Testing

@EventLoop
@Suite struct EmitterAcknowledgingTests {
    private struct Refusal: Error, CustomStringConvertible { let description = "no such order" }

    private func code(_ operation: @escaping @EventLoop () async throws -> Void) async -> HarkError.Code? {
        do { try await operation() } catch { return (error as? HarkError)?.code }
        return nil
    }

    @Test(arguments: Wire.allCases)
    func `who waits goes on when the listeners have returned, in both directions`(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            var heard: [Int] = []
            pair.server.on("n") { (n: Int) in heard.append(n) }
            pair.client.on("n") { (n: Int) in heard.append(-n) }
            for n in 1...3 {
                try await pair.run { try await pair.client.emit("n", n, ack: .within(.seconds(60))) }
                #expect(heard.last == n)
                try await pair.run { try await pair.peer.emit("n", n, ack: .within(.seconds(60))) }
                #expect(heard.last == -n)
            }
        }
    }

    @Test func `it comes with the answer to the flush, not with the delay of others`() async throws {
        try await withSimulation(conditions: NetworkConditions(latency: .milliseconds(1) ... .milliseconds(1))) {
            simulation in
            let server = Server(options: simulation.serverOptions())
            let client = Client(to: try await server.listen(on: .tcp(port: 0)), options: simulation.clientOptions())
            client.connect()
            try await simulation.run { try await client.connected() }
            let began = simulation.clock.now
            try await simulation.run { try await client.emit("n", 1, ack: .within(.seconds(60))) }
            #expect(simulation.clock.now - began <= 4)
            try await simulation.run {
                await client.close()
                await server.close()
            }
        }
    }

    @Test func `an acknowledgement waits for a listener's task, and for nobody else's`() async throws {
        try await withPair(.simulated) { pair in
            var isDone = false
            let gate = Signal()
            pair.server.on("slow") { () async in
                await gate.wait()
                isDone = true
            }
            var wasDone: Bool?
            EventLoop.task {
                try? await pair.client.emit("slow", ack: .within(.seconds(60)))
                wasDone = isDone
            }
            pair.pass(.seconds(30))
            #expect(!isDone && wasDone == nil)
            gate.fire()
            pair.pass(.seconds(1))
            #expect(wasDone == true)
        }
    }

    @Test(arguments: [false, true])
    func `a listener that throws is told to who waits, and ends nothing`(_ isAsync: Bool) async throws {
        try await withPair(.simulated) { pair in
            if isAsync {
                pair.server.on("order") { (_: Int) async throws in throw Refusal() }
            } else {
                pair.server.on("order") { (_: Int) in throw Refusal() }
            }
            let codes = try await pair.run {
                var codes: [HarkError.Code?] = []
                codes.append(await self.code { try await pair.client.emit("order", 1, ack: .within(.seconds(60))) })
                codes.append(await self.code { try await pair.client.emit("other", 1, ack: .within(.seconds(60))) })
                return codes
            }
            #expect(codes == [.listener, nil])
        }
    }

    @Test func `what is not acknowledged in time fails, and may still arrive`() async throws {
        try await withPair(.simulated) { pair in
            var kept: [PendingAcknowledgement] = []
            pair.server.onAny { kept.append($0.deferAcknowledgement()) }
            let late = try await pair.run {
                await self.code { try await pair.client.emit("n", 1, ack: .within(.milliseconds(100))) }
            }
            #expect(late == .timeout)
            #expect(kept.count == 1)
            for event in kept { event.acknowledge() }
            try await pair.sync()
        }
    }

    @Test func `who waits when the emitter closes is told`() async throws {
        try await withPair(.simulated) { pair in
            var kept: [PendingAcknowledgement] = []
            pair.server.onAny { kept.append($0.deferAcknowledgement()) }
            var code: HarkError.Code?
            let isTold = Signal()
            pair.client.emit("n", 1, ack: .within(.seconds(600))) { error in
                code = error?.code
                isTold.fire()
            }
            try await pair.run {
                await pair.client.close()
                await isTold.wait()
            }
            #expect(code == .closed)
            let after = try await pair.run {
                await self.code { try await pair.client.emit("n", 2, ack: .within(.seconds(1))) }
            }
            #expect(after == .closed)
        }
    }

    @Test(arguments: [true, false])
    func `closing waits for what is still in work, though not for ever`(_ isDone: Bool) async throws {
        try await withPair(.simulated) { pair in
            var kept: PendingAcknowledgement?
            pair.server.onAny { kept = $0.deferAcknowledgement() }
            pair.client.emit("n", 1)
            try await pair.sync()
            var isClosed = false
            EventLoop.task {
                await pair.client.close()
                isClosed = true
            }
            pair.pass(.seconds(2))
            #expect(!isClosed)
            if isDone { kept?.acknowledge() }
            pair.pass(isDone ? .seconds(1) : .seconds(10))
            #expect(isClosed)
            #expect(pair.client.statistics.acknowledged == (isDone ? 1 : 0))
            #expect(pair.client.statistics.unknown == (isDone ? 0 : 1))
            #expect(pair.server.peers.isEmpty)
        }
    }

    @Test func `a task that waits and is cancelled goes on at once`() async throws {
        try await withPair(.simulated) { pair in
            var kept: [PendingAcknowledgement] = []
            pair.server.onAny { kept.append($0.deferAcknowledgement()) }
            var code: HarkError.Code?
            let client = pair.client
            let task = EventLoop.task {
                do { try await client.emit("n", 1, ack: .within(.seconds(600))) } catch {
                    code = (error as? HarkError)?.code
                }
            }
            pair.pass(.seconds(1))
            #expect(code == nil)
            task.cancel()
            await task.value
            #expect(code == .cancelled)
            for event in kept { event.acknowledge() }
        }
    }

    @Test func `who waits for everything waits until it is acknowledged, over as many connections as that takes`()
        async throws
    {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            let (client, _) = try world.connected()
            var heard: [Int] = []
            world.server.on("n") { (n: Int) in heard.append(n) }
            var ends: [String] = []
            @EventLoop func wait(_ name: String) {
                simulation.start {
                    do {
                        try await client.acknowledged()
                        ends.append("\(name) after \(heard.count)")
                    } catch {
                        ends.append("\(name): \((error as? HarkError).map { "\($0.code)" } ?? "")")
                    }
                }
            }
            wait("nothing")
            simulation.settle()
            #expect(ends == ["nothing after 0"])
            for n in 1...3 { client.emit("n", n) }
            // Handed over, and lost on the way.
            simulation.settle()
            simulation.network.cutAll()
            wait("three")
            client.emit("n", 4)
            simulation.settle()
            #expect(ends.count == 1)
            try simulation.run { ends.count == 2 }
            #expect(ends[1] == "three after \(heard.count)" && heard.prefix(3) == [1, 2, 3])
            simulation.network.partition()
            client.emit("n", 5)
            wait("five")
            simulation.settle()
            #expect(ends.count == 2)
            simulation.start { await client.close() }
            try simulation.run { ends.count == 3 }
            #expect(ends[2] == "five: closed")
        }
    }

    @Test func `a server waits for all its peers`() async throws {
        try await withSimulation { simulation in
            let server = Server(options: simulation.serverOptions())
            let endpoint = try await server.listen(on: .tcp(port: 0))
            var heard = 0
            let clients = (0..<3).map { _ in Client(to: endpoint, options: simulation.clientOptions()) }
            for client in clients {
                client.on("n") { (_: Int) in heard += 1 }
                client.connect()
            }
            try await simulation.run { for client in clients { try await client.connected() } }
            try await simulation.run { try await server.emit("n", 1, ack: .within(.seconds(60))) }
            #expect(heard == 3)
            clients[1].on("bad") { (_: Int) in throw Refusal() }
            let code = try await simulation.run {
                await self.code { try await server.emit("bad", 1, ack: .within(.seconds(60))) }
            }
            #expect(code == .listener)
            try await simulation.run {
                for client in clients { await client.close() }
                try? await server.emit("nobody", ack: .within(.seconds(1)))
                await server.close()
            }
        }
    }

    @Test func `what cannot be sent is told at once`() async throws {
        try await withPair(.simulated) { pair in
            let long = String(repeating: "n", count: 300)
            let code = try await pair.run {
                await self.code { try await pair.client.emit(long, ack: .within(.seconds(60))) }
            }
            #expect(code == .limit)
        }
    }

    @Test func `an acknowledgement that outlives the connection still comes`() async throws {
        try await withSimulation { simulation in
            let server = Server(options: simulation.serverOptions())
            let client = Client(to: try await server.listen(on: .tcp(port: 0)), options: simulation.clientOptions())
            var heard = 0
            server.on("n") { (_: Int) in heard += 1 }
            client.connect()
            try await simulation.run { try await client.connected() }
            simulation.network.cutAll()
            try await simulation.run { try await client.emit("n", 1, ack: .within(.seconds(600))) }
            #expect(heard == 1)
            try await simulation.run {
                await client.close()
                await server.close()
            }
        }
    }

    @Test func `volatile events are not acknowledged, and deferring them does no harm`() async throws {
        try await withPair(.simulated) { pair in
            var kept: [PendingAcknowledgement] = []
            pair.server.onAny { kept.append($0.deferAcknowledgement()) }
            pair.client.emitVolatile("v", 1)
            try await pair.sync()
            for event in kept { event.acknowledge() }
            try await pair.sync()
            #expect(kept.count == 1)
        }
    }
}
