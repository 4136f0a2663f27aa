import HarkProtocol
import HarkWire
import Testing

struct NativeSendBufferTests {
    private let stream = SentStream()

    @Test func `what is sent stays until it is acknowledged in full`() {
        for _ in 0..<20_000 { stream.emit() }
        stream.send()
        #expect(stream.arrived.map(\.number) == Array(1...20_000))
        #expect(stream.keptByteCount > 2 * ByteChunk.standardByteCount && stream.unsentByteCount == 0)
        stream.acknowledge(to: 10_000)
        #expect(stream.keptByteCount > 0)
        stream.acknowledge(to: 20_000)
        #expect(stream.keptByteCount == 0)
    }

    @Test func `a window passes so many events and bytes under way, and no more`() {
        for (events, bytes) in [(10, 1 << 20), (1_000, 300), (1, 1), (65_536, 1 << 20)] {
            let stream = SentStream()
            stream.limits.windowEventCount = events
            stream.limits.windowByteCount = bytes
            for _ in 0..<2_000 { stream.emit() }
            var rounds = 0
            while stream.arrived.count < 2_000, rounds < 2_000 {
                rounds += 1
                let before = stream.arrived.count
                stream.send()
                let isWithin = stream.arrived.count - before <= max(1, min(events, bytes / stream.frameByteCount))
                #expect(isWithin && stream.arrived.count > before)
                stream.acknowledge(to: stream.arrived.count)
            }
            #expect(stream.arrived.map(\.number) == Array(1...2_000))
            #expect(stream.keptByteCount == 0)
        }
    }

    @Test func `the window grows when acknowledgements take long, and only then`() {
        for (delay, isLarger) in [(1 as UInt64, false), (5, true)] {
            let stream = SentStream()
            for _ in 0..<300_000 { stream.emit() }
            stream.limits.windowEventCount = .max
            stream.send()
            let first = stream.arrived.count
            stream.isFull(at: 100)
            stream.acknowledge(to: first)
            stream.movedOn(at: 100 + delay)
            stream.send()
            #expect((stream.arrived.count - first > first * 3 / 2) == isLarger)
        }
    }

    @Test func `after a rewind the unacknowledged events come, and nothing else`() {
        stream.emit()
        stream.emit(isVolatile: true)
        stream.emit()
        stream.send()
        stream.acknowledge(to: 1)
        stream.emit()
        stream.rewind()
        stream.resume(from: 1)
        stream.send()
        #expect(stream.arrived.map(\.number) == [2, 3])
    }

    @Test func `what may have arrived says so in the next session`() {
        for _ in 1...3 { stream.emit() }
        stream.send()
        stream.acknowledge(to: 1)
        stream.emit()
        stream.rewind()
        stream.beginSession()
        stream.send()
        #expect(stream.arrived.map(\.number) == [2, 3, 4])
        #expect(stream.arrived.map(\.isRedelivered) == [true, true, false])
    }

    @Test(arguments: Sweep.parts)
    func `swept: sent in parts, acknowledged and broken off, each event comes once per session`(part: Int) throws {
        for seed in Sweep.seeds(50, full: 3_000, soak: 300_000, part: part) {
            var world = SentWorld(seed: seed)
            for _ in 0..<200 { try world.act() }
            try world.end()
        }
    }
}

/// A stream, and chance.
private struct SentWorld {
    private let stream = SentStream()
    private var random: Seeded
    private let seed: Int
    private var received = 0

    init(seed: Int) {
        self.seed = seed
        random = Seeded(seed)
        stream.limits.windowEventCount = [3, 50, 65_536].randomElement(using: &random) ?? 3
    }

    mutating func act() throws {
        switch Int.random(in: 0..<10, using: &random) {
        case 0...3:
            for _ in 0..<Int.random(in: 1...400, using: &random) { stream.emit(isVolatile: .random(using: &random)) }
        case 4...6:
            stream.send(atMost: Int.random(in: 0...5_000, using: &random))
            received = max(received, stream.arrived.last?.number ?? 0)
        case 7...8:
            stream.acknowledge(to: Int.random(in: stream.acknowledged...received, using: &random))
        default:
            stream.rewind()
            stream.resume(from: Int.random(in: stream.acknowledged...received, using: &random))
        }
        let isWithoutGap = zip(stream.arrived, stream.arrived.dropFirst()).allSatisfy { $1.number == $0.number + 1 }
        let isJoined = stream.arrived.first.map { $0.number <= received + 1 } ?? true
        try #require(isWithoutGap && isJoined, "seed \(seed)")
    }

    mutating func end() throws {
        for _ in 0..<100_000 where stream.unsentByteCount > 0 {
            stream.send()
            received = max(received, stream.arrived.last?.number ?? 0)
            stream.acknowledge(to: received)
        }
        stream.acknowledge(to: received)
        try #require(received == stream.emitted && stream.keptByteCount == 0, "seed \(seed)")
    }
}
