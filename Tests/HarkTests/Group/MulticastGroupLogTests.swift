import Hark
import HarkTesting
import Logging
import Testing

@EventLoop
struct MulticastGroupLogTests {
    @Test func `what arrives is logged with sender, sequence and receiver, from the level chosen`() async throws {
        try await withSimulation { simulation in
            let book = Logbook()
            let speaker = try await simulation.members(1, of: .native)[0]
            let group = try await simulation.members(1, of: .native) {
                $0.log = true
                $0.logger = book.logger
            }[0]
            speaker.emit("a")
            simulation.run(for: .milliseconds(100))
            group.logLevel(.trace)
            for _ in 0..<2 {
                speaker.emit("b")
                simulation.run(for: .milliseconds(100))
            }
            let (sender, receiver) = (speaker.id, group.id)
            #expect(
                book.entries == [
                    "info | started | group=udp://239.255.72.82:9000 | member=\(receiver)",
                    "trace | received | event=b | receiver=\(receiver) | sender=\(sender) | sequence=1",
                    "trace | received | event=b | receiver=\(receiver) | sender=\(sender) | sequence=2",
                ])
        }
    }

    @Test func `nothing is logged by default, but what others need to know`() async throws {
        try await withSimulation { simulation in
            let book = Logbook()
            var options = simulation.groupOptions(dialect: .eventcast)
            options.logger = book.logger
            let group = MulticastGroup(options: options)
            group.logLevel(.trace)
            try await simulation.run { try await group.start() }
            try await simulation.run { await group.stop() }
            let port = try #require(group.port)
            #expect(book.entries == ["notice | a port was drawn; the other members need it | port=\(port)"])
        }
    }

    @Test func `an Eventcast message is logged with the id of its sequence`() async throws {
        try await withSimulation { simulation in
            let book = Logbook()
            let speaker = try await simulation.members(1, of: .eventcast)[0]
            let group = try await simulation.members(1, of: .eventcast) {
                $0.log = true
                $0.logLevel = .trace
                $0.logger = book.logger
            }[0]
            speaker.emit("a")
            simulation.run(for: .milliseconds(100))
            let line = try #require(book.entries.last)
            let sequence = try #require(line.split(separator: "sequence=").last)
            #expect(line.contains("sender=\(speaker.id)") && line.contains("receiver=\(group.id)"))
            #expect(sequence.count == 40 && sequence.allSatisfy(\.isHexDigit))
        }
    }
}
