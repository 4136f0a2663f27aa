import Hark
import HarkTesting
import Testing

@Suite struct NodeSharingTests {
    @Test func `a request is answered by a node far away`() async throws {
        try await withSimulation(seed: 1) { simulation in
            let world = try NodeWorld(simulation, 3)
            world.connect(0, 1)
            world.connect(1, 2)
            try world.nodes[2].reply(to: "sum") { (a: Int, b: Int) in a + b }
            let node = world.nodes[0]
            simulation.run(for: .seconds(5))
            let sum: Int = try await simulation.run { try await node.request("sum", 2, 3) }
            #expect(sum == 5)
            try await world.end()
        }
    }

    @Test func `a request that nobody answers fails at once`() async throws {
        try await withSimulation(seed: 2) { simulation in
            let world = try NodeWorld(simulation, 2)
            world.connect(0, 1)
            simulation.run(for: .seconds(5))
            let node = world.nodes[0]
            let begin = simulation.clock.now
            await #expect(throws: HarkError.self) {
                let _: Int = try await simulation.run { try await node.request("sum", 2, 3) }
            }
            #expect(simulation.clock.now == begin)
            try await world.end()
        }
    }

    @Test func `a request fails when the one who was asked is gone`() async throws {
        try await withSimulation(seed: 3) { simulation in
            let world = try NodeWorld(simulation, 2)
            let peer = world.connect(0, 1)
            let stream = AsyncStream<Int> { _ in }
            try world.nodes[1].reply(to: "wait") { () async throws -> Int in
                for await number in stream { return number }
                return 0
            }
            simulation.run(for: .seconds(5))
            let node = world.nodes[0]
            var error: HarkError?
            simulation.start {
                do { let _: Int = try await node.request("wait", within: .seconds(100)) } catch let thrown as HarkError
                {
                    error = thrown
                } catch {}
            }
            simulation.run(for: .seconds(1))
            peer.end()
            try simulation.run(within: .seconds(10)) { error != nil }
            #expect(error?.code == .disconnected)
            try await world.end()
        }
    }

    @Test func `a survey collects what all have answered`() async throws {
        try await withSimulation(seed: 4) { simulation in
            let world = try NodeWorld(simulation, 4)
            for index in 1..<4 {
                world.connect(index, 0)
                try world.nodes[index].reply(to: "load") { index * 10 }
            }
            simulation.run(for: .seconds(5))
            let node = world.nodes[1]
            let answers = try await simulation.run { try await node.survey("load") }
            #expect(answers == ["n2": .int(20), "n3": .int(30)])
            try await world.end()
        }
    }

    @Test func `one member of a group hears each event`() async throws {
        try await withSimulation(seed: 5) { simulation in
            let world = try NodeWorld(simulation, 4)
            var heard: [Int: [Int]] = [:]
            for index in 1..<4 {
                world.connect(index, 0)
                try world.nodes[index].on("job", group: "workers") { (number: Int) in
                    heard[index, default: []].append(number)
                }
            }
            simulation.run(for: .seconds(5))
            for number in 0..<30 { #expect(world.nodes[0].emit("job", number) == .written) }
            simulation.run(for: .seconds(1))
            #expect(heard.values.flatMap { $0 }.sorted() == Array(0..<30))
            #expect(heard.count == 3)
            try await world.end()
        }
    }

    @Test func `a member that comes back gets work again`() async throws {
        try await withSimulation(seed: 6) { simulation in
            let world = try NodeWorld(simulation, 2)
            world.connect(1, 0)
            var heard: [Int] = []
            try world.nodes[1].on("job", group: "workers") { (number: Int) in heard.append(number) }
            simulation.run(for: .seconds(5))
            world.nodes[0].emit("job", 1)
            simulation.run(for: .seconds(1))
            simulation.network.partition()
            simulation.run(for: .seconds(60))
            simulation.network.heal()
            simulation.run(for: .seconds(60))
            world.nodes[0].emit("job", 2)
            simulation.run(for: .seconds(1))
            #expect(heard == [1, 2])
            try await world.end()
        }
    }

    @Test func `an event for a room reaches those who are in it`() async throws {
        try await withSimulation(seed: 7) { simulation in
            let world = try NodeWorld(simulation, 4)
            world.listen()
            for index in 1..<4 { world.connect(index, 0) }
            try world.nodes[1].join("red")
            try world.nodes[3].join("red")
            simulation.run(for: .seconds(5))
            #expect(world.nodes[2].emit("n", 1, in: "red") == .written)
            simulation.run(for: .seconds(1))
            world.nodes[3].leave("red")
            simulation.run(for: .seconds(5))
            world.nodes[2].emit("n", 2, in: "red")
            simulation.run(for: .seconds(1))
            #expect(world.heard == [[:], ["n2": [1, 2]], [:], ["n2": [1]]])
            try await world.end()
        }
    }

    @Test func `who listens later gets the latest value`() async throws {
        try await withSimulation(seed: 8) { simulation in
            let world = try NodeWorld(simulation, 3)
            world.connect(0, 1)
            world.connect(1, 2)
            simulation.run(for: .seconds(5))
            world.nodes[0].emitLatest("price.acme", 1)
            world.nodes[0].emitLatest("price.acme", 2)
            var heard: [Int] = []
            try world.nodes[2].onLatest("price.*") { event in heard.append(try event.decode(Int.self)) }
            simulation.run(for: .seconds(5))
            world.nodes[0].emitLatest("price.acme", 3)
            simulation.run(for: .seconds(1))
            #expect(heard == [2, 3])
            try await world.end()
        }
    }
}

@Suite struct NodeStormTests {
    @Test func `listeners that answer each other over a relay are a storm, and are slowed down when that is asked for`()
        async throws
    {
        try await withSimulation(seed: 1) { simulation in
            let world = try NodeWorld(simulation, 3) {
                $0.limits.stormRate = 10
                $0.stormPolicy = .throttle(to: 10)
            }
            world.connect(0, 1)
            world.connect(1, 2)
            var storms: [Storm] = []
            world.nodes[0].on(.storm) { storm in
                storms.append(storm)
                world.nodes[0].emit("alarm", "a storm")
            }
            var alarms: [String] = []
            world.nodes[2].on("alarm") { (text: String) in alarms.append(text) }
            var count = 0
            world.nodes[0].on("pong") { () in
                count += 1
                world.nodes[0].emit("ping")
            }
            world.nodes[2].on("ping") { () in world.nodes[2].emit("pong") }
            simulation.run(for: .seconds(5))
            world.nodes[0].emit("ping")
            simulation.run(for: .seconds(10))
            #expect(storms.count == 1)
            #expect(storms.first?.heard == "pong" && storms.first?.answer == "ping")
            #expect(alarms == ["a storm"])
            let before = count
            simulation.run(for: .seconds(10))
            #expect(count - before < 150)
            try await world.end()
        }
    }
}
