import Hark
import HarkTesting
import Testing

/// Peers that do not do as they should.
@EventLoop
@Suite struct UhuraAbuseTests {
    private static let start = "[\"start\",{\"objectMode\":true,\"enableAcks\":true}]"

    private func withScene(
        frameByteCount: Int? = nil, dataByteCount: Int? = nil,
        _ body: @EventLoop (Simulation, World, RawPeer, Faults) async throws -> Void
    ) async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) {
                $0.dialect = .uhura
                if let frameByteCount { $0.limits.frameByteCount = frameByteCount }
                if let dataByteCount { $0.limits.dataByteCount = dataByteCount }
            }
            let faults = Faults()
            world.server.on(.error) { faults.codes.append($0.code) }
            try await body(simulation, world, try world.raw(), faults)
            simulation.start { await world.server.close() }
            simulation.run(for: .seconds(30))
        }
    }

    @EventLoop
    private final class Faults {
        var codes: [HarkError.Code] = []
    }

    @Test(arguments: [
        "[\"a\u{1}\"]", "[\"_set\"]", "[\"start\"]", "[\"connect\"]", "[\"invalidateSession\"]", "[\"\\ud800\"]",
        "[\"ack::\"]",
    ])
    func `messages that make no sense are passed over, and the sixteenth ends the connection`(
        _ text: String
    ) async throws {
        try await withScene { simulation, world, raw, faults in
            var heard = 0
            world.server.on("fine") { heard += 1 }
            try raw.send("[\(Self.start)".utf8)
            for _ in 0..<15 { try raw.send(",\(text)".utf8) }
            try raw.send(",[\"fine\"]".utf8)
            simulation.run(for: .seconds(1))
            #expect(heard == 1 && raw.ended.count == 0)
            #expect(faults.codes == [HarkError.Code](repeating: .decode, count: 15))
            try raw.send(",\(text),[\"fine\"]".utf8)
            simulation.run(for: .seconds(3))
            #expect(heard == 1 && raw.ended.count == 1)
            #expect(world.server.peers.isEmpty)
        }
    }

    @Test func `a text that is no UTF-8 is passed over, wherever it is cut`() async throws {
        try await withScene { simulation, world, raw, faults in
            var heard = 0
            world.server.on("fine") { heard += 1 }
            try raw.send("[\(Self.start)".utf8)
            for bytes: [UInt8] in [[0x80], [0xC1], [0xF5], [0xFF], [0xF0, 0x9F], [0xED, 0xA0, 0x80]] {
                try raw.send(Array(",[\"".utf8) + bytes)
                simulation.run(for: .seconds(1))
                try raw.send(Array("\"],[\"fine\"]".utf8))
            }
            simulation.run(for: .seconds(1))
            #expect(heard == 6 && faults.codes.count == 6 && raw.ended.count == 0)
        }
    }

    @Test func `an id of a megabyte is malformed and not kept`() async throws {
        try await withScene(frameByteCount: 4 << 20) { simulation, world, raw, faults in
            var heard = 0
            world.server.on("n") { heard += 1 }
            try raw.send("[\(Self.start)".utf8)
            let long = String(repeating: "x", count: 1 << 20)
            let text = Array(
                ",{\"args\":[\"n\"],\"id\":\"\(long)\"},{\"args\":[\"n\"],\"id\":\"\(long.prefix(255))\"}".utf8)
            for start in stride(from: 0, to: text.count, by: 30_000) {
                try raw.send(text[start..<min(start + 30_000, text.count)])
                simulation.run(for: .milliseconds(100))
            }
            simulation.run(for: .seconds(1))
            #expect(heard == 1 && faults.codes == [.decode])
            #expect(raw.text.hasSuffix("{\"args\":[\"ack::\(long.prefix(255))\"]}"))
        }
    }

    @Test func `an id with quotes and line feeds is acknowledged as it is`() async throws {
        try await withScene { simulation, world, raw, _ in
            try raw.send("[\(Self.start),{\"args\":[\"n\"],\"id\":\"a\\\"],[\\\"b\\n\"}".utf8)
            simulation.run(for: .seconds(1))
            #expect(raw.text.hasSuffix("\n,\n{\"args\":[\"ack::a\\\"],[\\\"b\\n\"]}"))
        }
    }

    @Test func `a message beyond the limit ends the connection`() async throws {
        try await withScene(frameByteCount: 1_000) { simulation, world, raw, faults in
            try raw.send("[\(Self.start),[\"\(String(repeating: "x", count: 2_000))".utf8)
            simulation.run(for: .seconds(3))
            #expect(raw.ended.count == 1 && world.server.peers.isEmpty)
        }
    }

    @Test func `values beyond the limit end a connection that begins, and are refused in one that is open`()
        async throws
    {
        try await withScene(dataByteCount: 1_000) { simulation, world, raw, faults in
            for n in 0..<100 { try raw.send("\(n == 0 ? "[" : ",")[\"_set\",\"\(n)\",1]".utf8) }
            simulation.run(for: .seconds(3))
            #expect(raw.ended.count == 1 && faults.codes == [.limit])
            let other = try world.raw()
            let long = String(repeating: "x", count: 1_000)
            try other.send(
                "[[\"_set\",{\"a\":1}],\(Self.start),[\"_set\",\"b\",\"\(long)\"],[\"_set\",\"c\",2]".utf8)
            simulation.run(for: .seconds(3))
            let peer = try #require(world.server.peers.first)
            #expect(peer.data.keys == ["a", "c", "sessionID"] && other.ended.count == 0)
            #expect(faults.codes == [.limit, .limit])
        }
    }

    /// With fresh ids nobody can be told what is processed; with one that is known each is answered at once.
    @Test(arguments: [false, true])
    func `a peer that sends and does not read is read no more`(_ isRepeated: Bool) async throws {
        try await withScene { simulation, world, raw, _ in
            var heard = 0
            world.server.on("n") { heard += 1 }
            try raw.send("[\(Self.start)".utf8)
            simulation.run(for: .seconds(1))
            raw.connection.stopReading()
            var sent = 0
            var idle = 0
            while idle < 20, sent < 1_000_000 {
                let before = sent
                let text = (0..<200).map {
                    let id = String(repeating: "x", count: 200) + (isRepeated ? "" : "\(sent + $0)")
                    return ",{\"args\":[\"n\"],\"id\":\"\(id)\"}"
                }
                if try raw.sendAll(text.joined().utf8) { sent += 200 }
                simulation.run(for: .milliseconds(20))
                idle = sent == before ? idle + 1 : 0
            }
            // 8 MiB of answers of 220 bytes, or the events that cannot be told of; and what the network holds.
            #expect(sent > 1_000 && sent < (isRepeated ? 60_000 : 150_000))
            raw.connection.startReading()
            simulation.run(for: .seconds(60))
            #expect(isRepeated ? heard == 1 : heard >= sent - 200)
        }
    }

    @Test func `a listener that never ends its work stops the reading`() async throws {
        try await withScene { simulation, world, raw, _ in
            var pending: [PendingAcknowledgement] = []
            world.server.on("n") { (event: Event) in pending.append(event.deferAcknowledgement()) }
            try raw.send("[\(Self.start)".utf8)
            simulation.run(for: .seconds(1))
            for round in 0..<400 {
                let text = (0..<200).map { ",{\"args\":[\"n\"],\"id\":\"\(round * 200 + $0)\"}" }
                _ = try raw.sendAll(text.joined().utf8)
                simulation.run(for: .milliseconds(20))
            }
            #expect(pending.count > 1 << 14 && pending.count < 20_000)
            #expect(world.server.peers.count == 1)
            for work in pending { work.acknowledge() }
            simulation.run(for: .seconds(1))
            #expect(raw.text.contains("ack::0\""))
            pending = []
        }
    }

    @Test func `large events in work stop the reading at 16 MiB`() async throws {
        try await withScene { simulation, world, raw, _ in
            var pending: [PendingAcknowledgement] = []
            world.server.on("n") { (event: Event) in pending.append(event.deferAcknowledgement()) }
            try raw.send("[\(Self.start)".utf8)
            simulation.run(for: .seconds(1))
            let load = String(repeating: "x", count: 60_000)
            for n in 0..<400 {
                _ = try raw.sendAll(",{\"args\":[\"n\",\"\(load)\"],\"id\":\"\(n)\"}".utf8)
                simulation.run(for: .milliseconds(50))
            }
            #expect(pending.count > 270 && pending.count < 300)
            pending = []
        }
    }
}

extension RawPeer {
    /// Sends all of it, or nothing when that does not fit.
    func sendAll(_ bytes: some Sequence<UInt8>) throws -> Bool {
        guard rest.isEmpty else {
            rest.removeFirst(try take(rest))
            return false
        }
        let all = Array(bytes)
        rest = Array(all[try take(all)...])
        return true
    }

    private func take(_ bytes: [UInt8]) throws -> Int {
        let nothing: [UInt8] = []
        return try connection.tryWrite(bytes.span.bytes, nothing.span.bytes)
    }
}
