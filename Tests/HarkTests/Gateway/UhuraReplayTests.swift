import Captures
import Foundation
import Hark
import HarkTesting
import HarkWire
import Testing

/// What the original programs have said, to our other end.
@EventLoop
@Suite struct UhuraReplayTests {
    private nonisolated static let captures = (try? Capture.all(in: "Uhura"))?.map(\.name) ?? []

    /// What `side` says; in front of what begins in the middle, how every session begins.
    private func speech(_ name: String, _ side: String, _ connection: Int = 1) throws -> [UInt8] {
        let bytes = try Capture.named("Uhura/\(name)").bytes(from: side, connection: connection)
        guard bytes.first == UInt8(ascii: "\n") else { return bytes }
        return try Capture.named("Uhura/handshake").bytes(from: side) + bytes
    }

    private static func texts(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n,\n").map(String.init)
    }

    /// The ids of the events that a speech has, and what acknowledges them.
    private static func acknowledgements(of bytes: [UInt8]) -> [String] {
        texts(bytes).filter { !$0.contains("\"connect\"") && !$0.contains("\"ack::") }.compactMap { text in
            text.range(of: "\"id\":\"").map { "{\"args\":[\"ack::\(text[$0.upperBound...].dropLast(2))\"]}" }
        }
    }

    /// The events of a speech, as JSON.
    private static func events(of bytes: [UInt8]) throws -> [String] {
        try texts(bytes).compactMap { text in
            let text = text.hasPrefix("[\n") ? String(text.dropFirst(2)) : text
            let value = try Array(text.utf8).withUnsafeBytes { try JSONReader.value(of: $0, options: .init()) }
            let parts = (value["args"] ?? value).array ?? []
            let name = parts.first?.string ?? ""
            let isControl = ["_set", "start", "connect", "invalidateSession"].contains(name) || name.hasPrefix("ack::")
            return isControl ? nil : "\(name) \(parts.dropFirst())"
        }
    }

    @Test(arguments: captures)
    func `our server understands an original client`(_ name: String) async throws {
        for connection in 1...2 {
            let bytes = try speech(name, "client", connection)
            guard !bytes.isEmpty else { continue }
            try await withSimulation { simulation in
                let world = try await World(simulation) { $0.dialect = .uhura }
                var heard: [String] = []
                var errors: [HarkError] = []
                world.server.on(.error) { errors.append($0) }
                world.server.onConnection { peer in
                    peer.onAny { heard.append("\($0.name) \(((try? $0.arguments) ?? [])[...])") }
                }
                let raw = try world.raw()
                for piece in stride(from: 0, to: bytes.count, by: 50_000) {
                    try raw.send(bytes[piece..<min(piece + 50_000, bytes.count)])
                    simulation.run(for: .seconds(1))
                }
                #expect(heard == (try Self.events(of: bytes)))
                #expect(errors.isEmpty)
                let said = Self.texts(raw.bytes)
                #expect(said.filter { $0.contains("ack::") } == Self.acknowledgements(of: bytes))
                // A new session, whatever id was offered: nobody chooses his own.
                let id = try #require(world.server.peers.first?.id)
                #expect(said.first == "[\n[\"_set\",\"sessionID\",\"\(id)\"]")
                #expect(!String(decoding: bytes, as: UTF8.self).contains(id))
                let isLegacy = !String(decoding: bytes, as: UTF8.self).contains("objectMode")
                #expect(said[1].hasPrefix(isLegacy ? "[\"connect\",{\"objectMode\":false" : "{\"args\":[\"connect\""))
                simulation.start { await world.server.close() }
                simulation.run(for: .seconds(10))
            }
        }
    }

    @Test(arguments: captures)
    func `our client understands an original server`(_ name: String) async throws {
        for connection in 1...2 {
            let bytes = try speech(name, "server", connection)
            guard !bytes.isEmpty else { continue }
            try await withSimulation { simulation in
                var raws: [RawPeer] = []
                let acceptor = try simulation.network.listen(on: .unix("/original")) { result in
                    if let connection = try? result.get() { raws.append(RawPeer(connection)) }
                }
                var options = simulation.clientOptions()
                options.dialect = .uhura
                options.logger = World.silence
                let client = Client(to: .unix("/original"), options: options)
                var heard: [String] = []
                var errors: [HarkError] = []
                client.onAny { heard.append("\($0.name) \(((try? $0.arguments) ?? [])[...])") }
                client.on(.error) { errors.append($0) }
                client.connect()
                client.emit("early", 1)
                simulation.run(for: .seconds(1))
                let raw = try #require(raws.first)
                // Nothing but the greeting, in one flight, as long as the server has said nothing.
                let greeting = "[\n[\"_set\",{}]\n,\n[\"start\",{\"objectMode\":true,\"enableAcks\":true}]"
                #expect(String(decoding: raw.bytes, as: UTF8.self) == greeting)
                for piece in stride(from: 0, to: bytes.count, by: 50_000) {
                    try raw.send(bytes[piece..<min(piece + 50_000, bytes.count)])
                    simulation.run(for: .seconds(1))
                }
                #expect(heard == (try Self.events(of: bytes)))
                #expect(errors.isEmpty)
                let said = Self.texts(raw.bytes)
                #expect(said.filter { $0.contains("ack::") } == Self.acknowledgements(of: bytes))
                #expect(
                    said.contains { $0.contains("\"early\",1]") } == (name != "invalidate-session" || connection == 2))
                #expect(client.data.get("cookie") == nil)
                #expect(client.isConnected == (name != "invalidate-session" || connection == 2))
                acceptor.close()
                raw.connection.close()
                simulation.start { await client.close() }
                simulation.run(for: .seconds(10))
            }
        }
    }

    @Test func `a recorded session that our server knows goes on, without a cookie`() async throws {
        try await withSimulation { simulation in
            let world = try await World(simulation) { $0.dialect = .uhura }
            let first = try world.raw()
            try first.send(try speech("session-unknown", "client", 1))
            simulation.run(for: .seconds(1))
            let peer = try #require(world.server.peers.first)
            try peer.data.set("kept", 1)
            first.connection.close()
            simulation.run(for: .seconds(1))
            let second = try world.raw()
            let text = String(decoding: try speech("session-resume", "client", 2), as: UTF8.self)
            try second.send(Array(text.replacing("kg4iVy0v4MXTNQK60KDBQrw7", with: peer.id).utf8))
            simulation.run(for: .seconds(1))
            #expect(world.server.peers.first === peer && peer.resumption == .resumed)
            // The stored values replace what the client has sent.
            #expect(Self.texts(second.bytes)[0] == "[\n[\"_set\",{\"sessionID\":\"\(peer.id)\",\"kept\":1}]")
            #expect(Self.texts(second.bytes)[1].hasPrefix("{\"args\":[\"connect\",{\"objectMode\":true"))
            simulation.start { await world.server.close() }
            simulation.run(for: .seconds(10))
        }
    }
}
