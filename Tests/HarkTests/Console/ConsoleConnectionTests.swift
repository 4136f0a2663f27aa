import Hark
import HarkTesting
import HarkWire
import Testing

/// What a console does about others who do not behave.
@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct ConsoleConnectionTests {
    private let target = ConsoleTargetDouble()

    private func withConsole(
        _ body: @EventLoop (Simulation, Console, @EventLoop () throws -> ConsoleTalk) async throws -> Void
    ) async throws {
        try await withSimulation { simulation in
            let console = Console(target, environment: simulation.environment, logger: World.silence)
            let endpoint = try console.listen(on: .unix("/console"))
            try await body(simulation, console) {
                var talk: ConsoleTalk?
                _ = simulation.network.dial(endpoint) { talk = (try? $0.get()).map(ConsoleTalk.init) }
                try simulation.run { talk != nil }
                return try #require(talk)
            }
            console.close()
        }
    }

    @Test func `a prompt comes when nobody says anything, and none when a program does`() async throws {
        try await withConsole { simulation, _, dial in
            let person = try dial()
            simulation.run(for: .milliseconds(100))
            #expect(person.text == "")
            simulation.run(for: .milliseconds(200))
            #expect(person.text == "eventcast@vm> ")

            let program = try dial()
            try program.send("{")
            simulation.run(for: .seconds(1))
            #expect(program.text == "")
        }
    }

    @Test func `who does not read is disconnected, and nobody else`() async throws {
        try await withConsole { simulation, console, dial in
            let long = String(repeating: "a", count: 100_000)
            target.consolePeers = [["id": .string(long)]]
            let (slow, other) = (try dial(), try dial())
            slow.peer.connection.stopReading()
            try slow.send(String(repeating: "peers\n", count: 20))
            simulation.run(for: .seconds(2))
            #expect(console.clientCount == 1 && target.disconnected.count == 1)
            let before = other.text.count
            try other.send("eventcast.id\n")
            try simulation.run { other.text.dropFirst(before) == "\"0123456789abcdef\"\r\neventcast@vm> " }
        }
    }

    @Test func `an answer of nearly the limit is heard, and a longer one replaced`() async throws {
        try await withConsole { simulation, _, dial in
            let program = try dial()
            target.consoleStatistics = ["a": .string(String(repeating: "a", count: Console.queueByteCountMax - 100))]
            try program.send("{\"command\":\"statistics\"}\n")
            try simulation.run { program.text.hasSuffix("\n") }
            #expect(program.text.count > Console.queueByteCountMax - 100 && program.text.hasPrefix("{\"ok\":true"))

            let before = program.text.count
            target.consoleStatistics = ["a": .string(String(repeating: "a", count: Console.queueByteCountMax))]
            try program.send("{\"command\":\"statistics\"}\n")
            try simulation.run { program.text.count > before && program.text.hasSuffix("\n") }
            #expect(
                program.text.dropFirst(before)
                    == "{\"ok\":false,\"error\":\"the answer is longer than 1048576 bytes\",\"code\":\"limit\","
                    + "\"id\":null}\n")
        }
    }

    @Test(arguments: ["{", "a"])
    func `a line that is too long is refused, and the connection closed`(first: String) async throws {
        try await withConsole { simulation, console, dial in
            let talk = try dial()
            let line = [UInt8]((first + String(repeating: "a", count: 65_536)).utf8)
            try talk.peer.send(line[..<40_000])
            simulation.run(for: .milliseconds(100))
            try talk.peer.send(line[40_000...])
            try simulation.run { talk.peer.ended.count > 0 }
            #expect(talk.text.contains("the line is longer than 65536 bytes; this console is closed"))
            #expect(console.clientCount == 0)
        }
    }

    @Test func `one command is carried out at a time, however long it takes`() async throws {
        try await withConsole { simulation, _, dial in
            let talk = try dial()
            try talk.send("{\"command\":\"drain\",\"id\":1}\n{\"command\":\"emit\",\"arguments\":[\"a\"],\"id\":2}\n")
            simulation.run(for: .seconds(10))
            #expect(target.drainCount == 1 && target.emitted.isEmpty && talk.text.isEmpty)
            target.drained.fire()
            try simulation.run { talk.text.hasSuffix("\"id\":2}\n") }
            #expect(
                talk.text
                    == "{\"ok\":true,\"result\":\"drained\",\"id\":1}\n{\"ok\":true,\"result\":\"written\",\"id\":2}\n")
        }
    }

    @Test func `a console that closes while a command is carried out answers it no more`() async throws {
        try await withConsole { simulation, console, dial in
            let talk = try dial()
            try talk.send("drain\n")
            try simulation.run { target.drainCount == 1 }
            console.close()
            target.drained.fire()
            try simulation.run { talk.peer.ended.count > 0 }
            #expect(talk.text == "eventcast@vm> ")
            #expect(target.disconnected.count == 1)
        }
    }

    @Test func `a connection that breaks is gone`() async throws {
        try await withConsole { simulation, console, dial in
            let talk = try dial()
            try talk.send("peers\n")
            try simulation.run { talk.text.hasSuffix("5000\r\neventcast@vm> ") }
            simulation.network.cutAll()
            try simulation.run { console.clientCount == 0 }
            #expect(target.disconnected.count == 1)
        }
    }
}
