import Hark
import HarkTesting
import HarkWire
import Logging
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct NodeConsoleTests {
    /// Two nodes that are connected; the first one has a console and listens to "a" and to what fits "b.*".
    private func pair(_ simulation: Simulation) throws -> NodeWorld {
        let world = try NodeWorld(simulation, 2) {
            $0.logger = Logbook().logger
            if $0.id == "n0" { $0.console = .unix("/console") }
        }
        world.nodes[0].on("a") {}
        try world.nodes[0].on(matching: "b.*") { (_: Event) in }
        world.connect(1, 0)
        try simulation.run(within: .seconds(60)) { world.nodes[1].subscriberCount(of: "a") == 1 }
        return world
    }

    /// What the console answers to lines of a program.
    private func answers(_ simulation: Simulation, _ lines: [String]) async throws -> [String] {
        var connection: (any Connection)?
        let attempt = simulation.environment.transport.dial(.unix("/console")) { connection = try? $0.get() }
        try simulation.run(within: .seconds(1)) { connection != nil }
        _ = attempt
        let program = ConsoleTalk(try #require(connection))
        for line in lines { try program.send(line + "\n") }
        simulation.run(for: .seconds(1))
        return program.text.split(separator: "\n").map { String($0) }
    }

    @Test func `a program asks who is there, what is listened to and what has become of events`() async throws {
        try await withSimulation(seed: 1) { simulation in
            let world = try pair(simulation)
            simulation.run(for: .seconds(11))
            world.nodes[1].emit("a")
            simulation.run(for: .seconds(1))
            let said = try await answers(
                simulation,
                [
                    #"{"command":"peers"}"#, #"{"command":"subscriptions"}"#, #"{"command":"statistics"}"#,
                    #"{"command":"node.nodes"}"#, #"{"command":"node.subscribers","arguments":["a"]}"#,
                    #"{"command":"drain"}"#,
                ])
            #expect(said.count == 6)
            for field in [
                #""id":"n1""#, #""state":"connected""#, #""dialled":false"#, #""rttP50":"#, #""rttP99":"#,
                #""queuedBytes":0"#,
            ] { #expect(said[0].contains(field), "\(said[0])") }
            #expect(!said[0].contains(#""rttP50":null"#))
            #expect(said[1].contains(#"{"name":"b.*","kind":"pattern","listeners":1}"#))
            for field in [#""received":1"#, #""dropped":{}"#, #""nodes":1"#, #""peers":1"#] {
                #expect(said[2].contains(field), "\(said[2])")
            }
            #expect(said[3].contains(#"[{"id":"n1","distance":1}]"#))
            #expect(said[4].contains(#""result":0"#))
            #expect(said[5].contains("drained"))
            try await world.end()
        }
    }

    @Test func `events are emitted at the console, and levels are set for all loggers of the node`() async throws {
        try await withSimulation(seed: 2) { simulation in
            let world = try pair(simulation)
            world.listen(1)
            try world.ready(0, 1)
            let logger = world.nodes[0].logger
            let said = try await answers(
                simulation,
                [
                    #"{"command":"emit","arguments":["n",7]}"#, #"{"command":"node.emit","arguments":["n",8]}"#,
                    #"{"command":"node.emit","arguments":["nobody"]}"#, #"{"command":"log"}"#,
                    #"{"command":"log","arguments":["debug"]}"#, #"{"command":"node.logLevel","arguments":["loud"]}"#,
                    #"{"command":"node.listeners","arguments":["a",1]}"#,
                ])
            #expect(said[0].contains("written"))
            #expect(said[1].contains(#""result":true"#))
            #expect(said[2].contains(#""result":false"#))
            #expect(said[3].contains(#"{"node":"info"}"#))
            #expect(said[4].contains(#"{"node":"debug"}"#))
            #expect(said[5].contains("trace, debug, info"))
            #expect(said[6].contains("up to 1 arguments"))
            #expect(logger.logLevel == .debug)
            #expect(world.heard[1] == ["n0": [7, 8]])
            try await world.end()
        }
    }

    @Test func `every property can be read, and the console ends with the node`() async throws {
        try await withSimulation(seed: 3) { simulation in
            let world = try pair(simulation)
            for (name, member) in world.nodes[0].consoleMembers {
                guard case .property(let read) = member else { continue }
                #expect(!"\(read())".isEmpty, "\(name)")
            }
            #expect(world.nodes[0].consoleEndpoint == .unix("/console"))
            #expect(world.nodes[1].consoleEndpoint == nil)
            try await world.end()
            #expect(world.nodes[0].consoleEndpoint == nil)
        }
    }

    @Test func `a console that others could reach is refused, and nothing is accepted`() async throws {
        try await withSimulation(seed: 4) { simulation in
            var options = simulation.nodeOptions(id: "a")
            options.console = .tcp("192.0.2.1", port: 0)
            let node = Node(options: options)
            do throws(HarkError) {
                try await node.listen(on: .tcp(port: 9_000))
                Issue.record("it listens")
            } catch {
                #expect(error.code == .invalidOptions)
            }
            #expect(node.endpoints.isEmpty)
            try await simulation.run { await node.end() }
        }
    }
}
