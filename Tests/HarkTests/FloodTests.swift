import Foundation
import Hark
import HarkProtocol
import Testing

/// Everything that fills memory, at the same time.
@Suite(.timeLimit(.minutes(60)))
struct FloodTests {
    private static let peerCount = 20

    @Test func `memory stays within the limits, whatever peers send and do not read`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                var options = Server.Options()
                options.logger = World.silence
                options.limits.peerCount = Self.peerCount
                options.limits.frameByteCount = 64 << 10
                options.limits.queueByteCount = 256 << 10
                options.limits.windowByteCount = 256 << 10
                options.limits.windowEventCount = 100
                options.limits.dataByteCount = 16 << 10
                options.limits.nameCount = 256
                options.sessions.count = Self.peerCount
                options.timing.heartbeat = .zero
                let server = try await Server.listen(on: .tcp("127.0.0.1", port: 0), options: options)
                let port = try #require(server.endpoints[0].port)
                try server.reply(to: "x") { Bytes(repeatElement(0, count: 10_000)) }
                server.on("x") { () async throws in await Self.pass(50) }
                // Queue, a frame and its copy while it grows, names, data, pongs: for each peer, and each session that
                // waits; and 32 MiB for the rest.
                let perPeer = (256 + 3 * 64 + 128 + 64 + 16 + 64) << 10
                let limit = 2 * Self.peerCount * perPeer + 32 << 20
                let before = try ResidentMemory.byteCount()
                for _ in 0..<SweepSize.of(quick: 2, full: 100, soak: 5_000) {
                    let sockets = try (0..<Self.peerCount).map { _ in try RawSocket(to: port) }
                    for socket in sockets { socket.send(Greeting.bytes()) }
                    await Self.pass(20)
                    for round in 0..<25 {
                        for (index, socket) in sockets.enumerated() { socket.send(Self.load(index, round)) }
                        server.emit("n", Bytes(repeatElement(0, count: 20_000)))
                        await Self.pass(2)
                        try #require(try ResidentMemory.byteCount() - before < limit)
                    }
                    for socket in sockets { socket.reset() }
                    await Self.pass(20)
                }
                await server.close()
            }
        }
    }

    /// 20 kB or so of one kind of abuse.
    private static func load(_ index: Int, _ round: Int) -> [UInt8] {
        switch index % 6 {
        case 0: round == 0 ? [6, 0xFF, 0xFF, 0, 1, 0x78] + filling(60_000) : []
        case 1: Array((1...80).map { name(round * 80 + $0) }.joined())
        case 2: Array(repeatElement(frame(.ping, filling(8)), count: 1_000).joined())
        case 3: Array(repeatElement(frame(.namedRequest, [1, 0, 1, 0x78]), count: 1_000).joined())
        case 4:
            Array(
                (0..<20).map { frame(.data, [1, UInt8($0), UInt8(round + 1), 0x59, 0x03, 0xE8] + filling(1_000)) }
                    .joined())
        default: Array(repeatElement(frame(.namedEvent, [1, 0x78]), count: 2_000).joined())
        }
    }

    private static func name(_ number: Int) -> [UInt8] {
        let leb = number < 128 ? [UInt8(number)] : [UInt8(number & 127) | 128, UInt8(number >> 7)]
        return frame(.name, leb + Array("\(number)".utf8) + filling(200))
    }

    private static func frame(_ kind: NativeKind, _ body: [UInt8]) -> [UInt8] {
        [kind.rawValue, UInt8(body.count & 255), UInt8(body.count >> 8), 0] + body
    }

    private static func filling(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x61, count: count) }

    @EventLoop
    private static func pass(_ milliseconds: UInt64) async {
        let clock = Environment.live.clock
        let passed = Signal()
        let timer = clock.timer { passed.fire() }
        timer.schedule(at: clock.now + milliseconds)
        await passed.wait()
    }
}
