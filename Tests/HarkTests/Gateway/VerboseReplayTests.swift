import Captures
import Foundation
import Hark
import HarkTesting
import HarkWire
import Testing

/// What the original programs have said, to our other end.
@EventLoop
@Suite struct VerboseReplayTests {
    private nonisolated static let captures = (try? Capture.all(in: "Verbose"))?.map(\.name) ?? []

    /// What `side` says; in front of what begins in the middle, how every connection begins.
    private func speech(_ name: String, _ side: String) throws -> [UInt8] {
        let capture = try Capture.named("Verbose/\(name)")
        let bytes = capture.bytes(from: side) + capture.bytes(from: side, connection: 2)
        guard bytes.first == UInt8(ascii: "\n") else { return bytes }
        let handshake = name.hasPrefix("lines") ? "Verbose/lines-handshake" : "Verbose/handshake"
        return try Capture.named(handshake).bytes(from: side) + bytes
    }

    private static func texts(_ bytes: [UInt8], _ name: String) -> [String] {
        var text = String(decoding: bytes, as: UTF8.self)
        text.replace("[\n", with: "", maxReplacements: 1)
        return text.split(separator: name.hasPrefix("lines") ? "\n" : "\n,\n").map(String.init)
    }

    /// The events of a speech, as our link has them.
    private static func events(_ texts: [String]) throws -> [String] {
        try texts.compactMap { text in
            let value = try Array(text.utf8).withUnsafeBytes { try JSONReader.value(of: $0, options: .init()) }
            guard let parts = value.array, parts[0].string == "message", let meta = parts[1]["meta"] else { return nil }
            return "\([meta["_id"] ?? nil, meta["_nodes"] ?? nil] + (parts[1]["pl"]?.array ?? []))"
        }
    }

    /// What one of ours answers within three seconds, and what it hears.
    private func check(
        _ name: String, _ side: String, said: [UInt8], heard: [String], errors: [HarkError], isReconnect: Bool
    ) throws {
        let texts = Self.texts(try speech(name, side), name)
        #expect(heard == (try Self.events(texts)))
        #expect(errors.isEmpty)
        let answers = Self.texts(said, name)
        #expect(answers.first?.hasPrefix("[\"peerid\",\"DEFAULT_CHANNEL\",\"OURS\"]") == true)
        #expect(answers.dropFirst().first == "[\"sync\",null,\(isReconnect ? "true" : "null")]")
        let acknowledgements = Set(answers.filter { $0.hasPrefix("[\"ack\"") })
        let last = texts.last { $0.hasPrefix("[\"message\"") }.map { $0.suffix(40).prefix(36) }
        #expect(acknowledgements == Set(last.map { ["[\"ack\",\"\($0)\"]"] } ?? []))
    }

    @Test(arguments: captures)
    func `our listening side understands an original`(_ name: String) async throws {
        let bytes = try speech(name, "client")
        guard !bytes.isEmpty else { return }
        try await withSimulation { simulation in
            var verbose = VerboseOptions()
            verbose.nodeID = "OURS"
            let world = try await World(simulation) { $0.dialect = .verbose(verbose) }
            var heard: [String] = []
            var errors: [HarkError] = []
            world.server.on(.error) { errors.append($0) }
            world.server.on("message") { (event: Event) in heard.append("\((try? event.arguments) ?? [])") }
            let raw = try world.raw()
            try raw.sendAll(bytes, simulation)
            simulation.run(for: .seconds(3))
            try check(
                name, "client", said: raw.bytes, heard: heard, errors: errors,
                isReconnect: name == "reconnect-retransmission")
            #expect(world.server.peers.map(\.id) == ["NODE-C"])
            simulation.start { await world.server.close() }
            simulation.run(for: .seconds(10))
        }
    }

    @Test(arguments: captures)
    func `our connecting side understands an original`(_ name: String) async throws {
        let bytes = try speech(name, "server")
        guard !bytes.isEmpty else { return }
        try await withSimulation { simulation in
            var raws: [RawPeer] = []
            let acceptor = try simulation.network.listen(on: .unix("/original")) { result in
                if let connection = try? result.get() { raws.append(RawPeer(connection)) }
            }
            var options = simulation.clientOptions()
            var verbose = VerboseOptions()
            verbose.nodeID = "OURS"
            options.dialect = .verbose(verbose)
            options.logger = World.silence
            let client = Client(to: .unix("/original"), options: options)
            var heard: [String] = []
            var errors: [HarkError] = []
            client.on(.error) { errors.append($0) }
            client.on("message") { (event: Event) in heard.append("\((try? event.arguments) ?? [])") }
            client.connect()
            simulation.run(for: .milliseconds(100))
            let raw = try #require(raws.first)
            try raw.sendAll(bytes, simulation)
            simulation.run(for: .seconds(3))
            try check(name, "server", said: raw.bytes, heard: heard, errors: errors, isReconnect: false)
            #expect(client.peerID == "NODE-L")
            acceptor.close()
            simulation.start { await client.close() }
            simulation.run(for: .seconds(10))
        }
    }
}

extension RawPeer {
    /// Sends more than fits at once.
    fileprivate func sendAll(_ bytes: [UInt8], _ simulation: Simulation) throws {
        for piece in stride(from: 0, to: bytes.count, by: 50_000) {
            try send(bytes[piece..<min(piece + 50_000, bytes.count)])
            simulation.run(for: .milliseconds(100))
        }
    }
}
