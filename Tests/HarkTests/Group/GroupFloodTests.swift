#if os(Linux)
    import Foundation
    import Hark
    import HarkProtocol
    import HarkWire
    import Testing

    /// Strangers who begin messages and never go on, as a process sees them: on sockets, with its memory as the system
    /// counts it.
    @Suite(.timeLimit(.minutes(10)))
    struct GroupFloodTests {
        /// 8 MiB, the default, and 2 MiB for what is not counted.
        private static let limit = 10 << 20
        private static let sourceCount = 10_000
        /// 64 datagrams at a time have room in any system's buffer. More are sent when these have arrived.
        private static let batchCount = 64

        @Test func `a flood of beginnings from ten thousand sources takes no more memory than it may`() async {
            await #expect(processExitsWith: .success) {
                try EventLoop.run {
                    let group = try await Self.member()
                    var heard = 0
                    group.on("e") { (_: RawSpan) in heard += 1 }
                    let port = try #require(group.port)
                    let flood = try FloodOfBeginnings()
                    let genuine = try GenuineSender()

                    var sentCount = 0
                    var emittedCount = 0
                    // What is made once is not growth.
                    sentCount += try genuine.emit(to: port)
                    emittedCount += 1
                    try await Self.arrive(sentCount, at: group)
                    #expect(heard == 1)
                    let before = try ResidentMemory.byteCount()
                    var most = 0

                    let count = SweepSize.of(quick: 30_000, full: 1_000_000, soak: 10_000_000)
                    for number in 0..<count {
                        try flood.send(number, of: Self.sourceCount, to: port)
                        sentCount += 1
                        guard number % Self.batchCount == 0 else { continue }
                        try await Self.arrive(sentCount, at: group)
                        guard number % (16 * Self.batchCount) == 0 else { continue }
                        sentCount += try genuine.emit(to: port)
                        emittedCount += 1
                        try await Self.arrive(sentCount, at: group)
                        most = max(most, try ResidentMemory.byteCount() - before)
                    }
                    #expect(most <= Self.limit, "\(most) bytes")
                    // Nothing of the genuine member was pushed out.
                    #expect(heard == emittedCount)
                    await group.close()
                }
            }
        }

        @EventLoop
        private static func member() async throws -> MulticastGroup {
            var options = MulticastGroup.Options(dialect: .eventcast)
            options.logger = World.silence
            options.multicastMembership = "239.255.72.91"
            options.multicastInterface = "127.0.0.1"
            options.multicastTtl = 0
            let group = MulticastGroup(options: options)
            try await group.start()
            return group
        }

        @EventLoop
        private static func arrive(_ count: Int, at group: MulticastGroup) async throws {
            while group.traffic.receivedDatagramCount < count { await Task.yield() }
        }
    }

    /// First segments of messages, each of another message and from one of many addresses of this machine.
    private struct FloodOfBeginnings {
        private let template: [UInt8]
        /// Where the number of the message stands in it, and that of the member.
        private let places: [Int]

        init() throws {
            let meta = ["first", "127.0.0.1", "vm", "aaaaaaaaaaaaaaaa", "2026-11-21T02:16:32.198Z"]
            let payload = [UInt8](repeating: 7, count: 1_024)
            var output = ByteWriter(pool: ChunkPool())
            try Self.withTexts(meta) { texts in
                let origin = EventcastOrigin(
                    name: texts[0], host: texts[1], port: 9_000, hostname: texts[2], id: texts[3], time: texts[4])
                let meta = EventcastMeta(
                    sequence: EventcastDigest(random: 0xBBBB_BBBB_BBBB_BBBB, 1, 1), segment: 0, of: 100, origin: origin)
                try payload.withUnsafeBytes { try EventcastDatagram.write(meta, payload: $0, to: &output) }
            }
            let template = output.takeBytes()
            self.template = template
            places = try ["bbbbbbbbbbbbbbbb", "aaaaaaaaaaaaaaaa"].map { text in
                try #require(template.indices.first { template[$0...].starts(with: text.utf8) })
            }
        }

        private static func withTexts(_ texts: [String], _ body: ([UnsafeRawBufferPointer]) throws -> Void) rethrows {
            let copies = texts.map { text in
                let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: text.utf8.count, alignment: 1)
                copy.copyBytes(from: text.utf8)
                return copy
            }
            defer { for copy in copies { copy.deallocate() } }
            try body(copies.map { UnsafeRawBufferPointer($0) })
        }

        func send(_ number: Int, of sourceCount: Int, to port: Int) throws {
            var datagram = template
            let source = number % sourceCount
            for (place, number) in zip(places, [number, source]) {
                var rest = number
                for digit in 0..<8 {
                    datagram[place + digit] = HexDigits.digit(UInt8(rest & 15))
                    rest >>= 4
                }
            }
            let socket = try RawDatagrams(from: 0x7F01_0000 + UInt32(source))
            defer { socket.close() }
            try socket.send(datagram, to: port)
        }
    }

    /// A member without sockets of its own, whose events are sent as they are.
    private final class GenuineSender {
        private var machine: EventcastMachine
        private let socket: RawDatagrams
        private let name = Array("e".utf8)
        /// A string of 5 000 bytes, as CBOR has it: it goes in segments.
        private let arguments = [0x59, 0x13, 0x88] + [UInt8](repeating: 7, count: 5_000)
        private var now = Instant(milliseconds: 1_000)

        init() throws {
            var settings = EventcastSettings(id: "genuine", host: "127.0.0.1", port: 9_000, hostname: "vm")
            // It is in the same process, whose memory is measured.
            settings.limits.storeByteCount = 64 << 10
            machine = EventcastMachine(settings: settings, cipher: nil, seed: 1)
            machine.start(now: now)
            socket = try RawDatagrams(from: 0x7F00_0001)
        }

        deinit { socket.close() }

        /// - Returns: how many datagrams it took.
        func emit(to port: Int) throws -> Int {
            now = now + 1
            _ = name.withUnsafeBytes { name in
                arguments.withUnsafeBytes { machine.emit(name, $0, now: now, date: 0) }
            }
            var runs: ContiguousArray<DatagramRun> = []
            machine.collect(into: &runs, byteCountMax: 1 << 20, now: now)
            var count = 0
            for run in runs {
                for index in 0..<run.count { try socket.send(Array(run[index]), to: port) }
                count += run.count
            }
            machine.sent(count, now: now)
            machine.advance(to: now)
            return count
        }
    }
#endif
