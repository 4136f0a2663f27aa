import Hark
import HarkTesting
import Testing

/// Types of an application that write and read themselves, and do it badly.
@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct CustomArgumentTests {
    private struct Broken: Error {}

    /// Fails while it is written.
    private struct Unwritable: Codable, EventArgument {
        func encode(to encoder: any Encoder) throws { throw Broken() }
    }

    /// Fails while it is read.
    private struct Unreadable: Codable, EventArgument {
        init() {}
        init(from decoder: any Decoder) throws { throw Broken() }
        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(1)
        }
    }

    /// Writes so many values, and reads so many.
    private struct Miscounting: EventArgument {
        static nonisolated let none = Miscounting(count: 0)
        static nonisolated let two = Miscounting(count: 2)
        let count: Int

        init(count: Int) { self.count = count }
        init(reading reader: inout ArgumentReader) throws(ArgumentError) {
            count = try Int(reading: &reader) + Int(reading: &reader)
        }
        func encode(into writer: inout ArgumentWriter) { for _ in 0..<count { writer.write(1) } }
    }

    @Test func `what cannot be written is not sent, to nobody, and what follows is`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation)
            var heard = [0, 0, 0]
            var failures = 0
            for index in heard.indices {
                let (client, _) = try world.connected()
                client.onAny { _ in heard[index] += 1 }
                client.on(.error) { _ in failures += 1 }
                client.on(.disconnect) { _ in failures += 1 }
            }
            let peer = world.server.peers[0]
            for _ in 0..<10 {
                #expect(world.server.emit("n", Unwritable()) == .dropped(.notEncodable))
                #expect(world.server.emit("n", 1, Unwritable()) == .dropped(.notEncodable))
                #expect(peer.emit("n", [Unwritable()]) == .dropped(.notEncodable))
                #expect(peer.emitVolatile("n", Unwritable()) == .dropped(.notEncodable))
                world.server.emit("n", 1)
            }
            try simulation.run { heard == [10, 10, 10] }
            simulation.run(for: .seconds(1))
            #expect(heard == [10, 10, 10] && failures == 0 && world.server.statistics.isBalanced)
        }
    }

    @Test func `what cannot be read fails its listener alone`() async throws {
        try await withPair(.simulated) { pair in
            var failures: [HarkError] = []
            var heard = 0
            pair.server.on(.error) { failures.append($0) }
            pair.server.on("n") { (_: Unreadable) in heard += 100 }
            pair.server.on("n") { (n: Int) in heard += n }
            for _ in 0..<3 { pair.client.emit("n", Unreadable()) }
            try await pair.sync()
            #expect(heard == 3 && failures.map(\.code) == [.listener, .listener, .listener])
            #expect(pair.client.isConnected)
            let client = pair.client
            await #expect(throws: HarkError.self) {
                try await pair.run { try await client.emit("n", Unreadable(), ack: .within(.seconds(1))) }
            }
        }
    }

    @Test func `who writes or reads too few or too many values harms nobody else`() async throws {
        try await withPair(.simulated) { pair in
            var failures = 0
            var heard: [String] = []
            pair.server.on(.error) { _ in failures += 1 }
            pair.server.on("one") { (n: Int) in heard.append("one \(n)") }
            pair.server.on("two") { (n: Miscounting) in heard.append("two \(n.count)") }
            pair.client.emit("one", Miscounting.none)
            pair.client.emit("one", Miscounting.two)
            pair.client.emit("two", 1)
            pair.client.emit("two", 1, 1)
            pair.client.emit("one", 7)
            try await pair.sync()
            #expect(heard == ["one 1", "two 2", "one 7"] && failures == 2)
        }
    }

    @Test func `requests and replies that cannot be written or read fail, each by itself`() async throws {
        try await withPair(.simulated) { pair in
            try pair.server.reply(to: "unwritable") { Unwritable() }
            try pair.server.reply(to: "unreadable") { Unreadable() }
            try pair.server.reply(to: "takes") { (_: Unreadable) in 1 }
            try pair.server.reply(to: "none") { Miscounting.none }
            let client = pair.client
            var outcomes: [String] = []
            @EventLoop func ask(_ name: String, _ question: @escaping @EventLoop () async throws -> Void) async throws {
                let outcome = try await pair.run {
                    do {
                        try await question()
                        return "done"
                    } catch let error as HarkError {
                        return "\(error.code)"
                    } catch {
                        return "\(type(of: error))"
                    }
                }
                outcomes.append("\(name) \(outcome)")
            }
            try await ask("sent") { let _: Int = try await client.request("takes", Unwritable()) }
            try await ask("answer") { let _: Int = try await client.request("unwritable") }
            try await ask("taken") { let _: Int = try await client.request("takes", Unreadable()) }
            try await ask("read") { let _: Unreadable = try await client.request("unreadable") }
            try await ask("nothing") { let _: Int = try await client.request("none") }
            try await ask("last") { let _: Bool = try await client.request("test.sync") }
            #expect(
                outcomes == [
                    "sent arguments", "answer requestFailed", "taken arguments", "read ArgumentError",
                    "nothing ArgumentError", "last done",
                ])
        }
    }
}
