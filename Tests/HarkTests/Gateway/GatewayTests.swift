import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(10)))
struct GatewayTests {
    private func world(
        _ simulation: Simulation, _ dialect: Dialect = .streamitter,
        _ configure: (inout Server.Options) -> Void = { _ in }
    ) async throws -> World {
        try await World(simulation) {
            $0.dialect = dialect
            configure(&$0)
        }
    }

    @Test func `who listens below hears the bytes of the wire, not those of the link`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation)
            let raw = try world.raw()
            try simulation.run { world.server.peers.count == 1 }
            let peer = try #require(world.server.peers.first)
            var bytes: [UInt8] = []
            var closed: [HarkError?] = []
            let connection = try #require(peer.connection)
            connection.onRead { bytes += $0 }
            connection.onClose { closed.append($0) }
            #expect(peer.connection === connection)
            var heard: [String] = []
            peer.onAny { heard.append($0.name) }
            let sent = Array("[\n[\"a\",1]\n,\n[\"b\"]".utf8)
            for byte in sent { try raw.send([byte]) }
            simulation.run(for: .seconds(1))
            #expect(bytes == sent && heard == ["a", "b"])
            raw.connection.close()
            simulation.run(for: .seconds(1))
            #expect(connection.isClosed && closed.count == 1 && closed[0] == nil)
        }
    }

    @Test func `a message that does not end in time closes the connection`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation) { $0.timing.frame = .seconds(30) }
            var heard = 0
            world.server.onAny { _ in heard += 1 }
            var lost: [HarkError] = []
            world.server.onConnection { peer in peer.on(.disconnect) { lost.append($0) } }
            // This one begins a message with every read, and ends each.
            let patient = try world.raw()
            let slow = try world.raw()
            try patient.send("[\n[\"a\"".utf8)
            try slow.send("[\n[\"".utf8)
            for second in 1...40 {
                simulation.run(for: .seconds(1))
                try patient.send("]\n,\n[\"a\"".utf8)
                if second < 29 { try slow.send("x".utf8) }
            }
            simulation.run(for: .seconds(1))
            #expect(heard == 40)
            #expect(lost.map(\.code) == [.timeout])
            #expect(slow.ended.count == 1 && patient.ended.count == 0)
        }
    }

    @Test func `who asks for acknowledgements and never reads is not read any more`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation, .uhura)
            var heard = 0
            world.server.on("a") { heard += 1 }
            let raw = try world.raw()
            try raw.send("[\n[\"_set\",{}]\n,\n[\"start\",{\"objectMode\":true,\"enableAcks\":true}]".utf8)
            simulation.run(for: .seconds(1))
            raw.connection.stopReading()
            // What was heard before is acknowledged again, which the link knows nothing of.
            let message = Array("\n,\n{\"args\":[\"a\"],\"id\":\"\(String(repeating: "i", count: 250))\"}".utf8)
            let load = (0..<60_000).flatMap { _ in message }
            var sent = 0
            @EventLoop func send() throws {
                let part = Array(load[sent...].prefix(64 << 10))
                let nothing: [UInt8] = []
                sent += try raw.connection.tryWrite(part.span.bytes, nothing.span.bytes)
            }
            for _ in 0..<1_000 where sent < load.count {
                try send()
                simulation.run(for: .milliseconds(20))
            }
            #expect(sent < load.count * 3 / 4)
            raw.connection.startReading()
            try simulation.run {
                try send()
                return sent == load.count
            }
            simulation.run(for: .seconds(5))
            let acknowledged = String(decoding: raw.bytes, as: UTF8.self).split(separator: "ack::").count - 1
            #expect(heard == 1 && acknowledged > 59_000 && world.server.peers.count == 1)
        }
    }

    @Test func `two sides that send something long at the same time both get it`() async throws {
        try await withSimulation { simulation in
            let world = try await world(simulation) { $0.limits.frameByteCount = 8 << 20 }
            let (client, peer) = try world.connected {
                $0.dialect = .streamitter
                $0.limits.frameByteCount = 8 << 20
            }
            let text = String(repeating: "x", count: 3 << 20)
            var heard = 0
            for emitter in [client, peer] { emitter.on("long") { (other: String) in heard += other.utf8.count } }
            client.send("long", text)
            peer.send("long", text)
            try simulation.run { heard == 2 * text.utf8.count }
        }
    }

    @Test func `what was emitted before the end still leaves`() async throws {
        try await withSimulation(conditions: .narrow) { simulation in
            let world = try await world(simulation)
            var heard: [Int] = []
            world.server.on("a") { (number: Int, _: String) in heard.append(number) }
            let (client, _) = try world.connected {
                $0.dialect = .streamitter
                $0.timing.close = .seconds(60)
            }
            for number in 0..<20 { client.send("a", number, String(repeating: "x", count: 500)) }
            try await simulation.run { await client.close() }
            simulation.run(for: .seconds(1))
            #expect(heard == Array(0..<20))
        }
    }

    @Test func `wherever a connection breaks, nothing comes twice and the order stays`() async throws {
        for cut in stride(from: 1, to: 1_600, by: 37) {
            try await withSimulation(seed: UInt64(cut), conditions: .narrow) { simulation in
                let world = try await world(simulation)
                var heard: [Int] = []
                world.server.on("a") { (number: Int, _: String) in heard.append(number) }
                simulation.network.onConnection = { cable in
                    if cable.number < 4 { cable.cut(after: cut, from: .dialler) }
                }
                let client = world.client { $0.dialect = .streamitter }
                client.autoReconnect()
                client.connect()
                for number in 0..<60 {
                    client.send("a", number, String(repeating: "x", count: 40))
                    if number % 7 == 0 { simulation.run(for: .milliseconds(30)) }
                }
                var last = 59
                // What was on its way when the connection broke is lost.
                while heard.last != last, last < 70 {
                    last += 1
                    client.send("a", last, "")
                    simulation.run(for: .seconds(60))
                }
                #expect(heard.last == last, "cut after \(cut)")
                #expect(heard == heard.sorted() && Set(heard).count == heard.count, "cut after \(cut)")
                let statistics = client.statistics
                #expect(statistics.written == last + 1 && statistics.inFlight == 0)
            }
        }
    }

    @Test(arguments: [0, 1, 30_000, 70_000, 140_000])
    func `what a connection has taken before a write fails is not sent again`(_ byteCount: Int) async throws {
        try await withSimulation { simulation in
            simulation.network.conditions.bufferByteCount = 1 << 20
            let world = try await world(simulation)
            var heard: [Int] = []
            world.server.on("a") { (number: Int, _: String) in heard.append(number) }
            var dialled: (any Connection)?
            _ = simulation.network.dial(world.endpoint) { dialled = try? $0.get() }
            try simulation.run { dialled != nil }
            let wire = FailingConnection(try #require(dialled), after: byteCount)
            var options = simulation.clientOptions()
            options.dialect = .streamitter
            options.logger = World.silence
            let client = Client(over: wire, options: options)
            let text = String(repeating: "x", count: 4_000)
            for number in 0..<60 { client.send("a", number, text) }
            simulation.run(for: .seconds(1))
            #expect(!client.isConnected)
            client.reconnect()
            try simulation.run { heard.last == 59 }
            #expect(heard == heard.sorted() && Set(heard).count == heard.count)
            // One chunk may have been on its way.
            #expect(heard.count > 60 - 2 * (64 << 10) / 4_000)
        }
    }
}

/// A connection whose writes fail once it has taken so many bytes, whole writes only.
@EventLoop
private final class FailingConnection: Connection {
    private let inner: any Connection
    private var left: Int

    init(_ inner: any Connection, after byteCount: Int) {
        self.inner = inner
        left = byteCount
    }

    var receiver: (any ConnectionReceiver)? {
        get { inner.receiver }
        set { inner.receiver = newValue }
    }
    var peerInfo: PeerInfo { inner.peerInfo }
    var localEndpoint: Endpoint? { inner.localEndpoint }
    func startReading() { inner.startReading() }
    func stopReading() { inner.stopReading() }

    func tryWrite(_ head: RawSpan, _ body: RawSpan) throws(HarkError) -> Int {
        left -= head.byteCount + body.byteCount
        guard left >= 0 else { throw HarkError(.disconnected, "the test has had enough") }
        return try inner.tryWrite(head, body)
    }

    func write(_ chunk: ByteChunk, from offset: Int) throws(HarkError) { try inner.write(chunk, from: offset) }
    func shutdown() { inner.shutdown() }
    func close() { inner.close() }
}
