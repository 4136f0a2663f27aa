import HarkProtocol
import HarkWire
import Testing

struct NativeSendBufferRemovingTests {
    private let stream = SentStream()

    @Test func `the oldest that were not sent go, and no more of them than needed`() {
        for _ in 1...10 { stream.emit() }
        stream.send()
        for _ in 1...10 { stream.emit() }
        let removed = stream.remove(.oldest(byteCount: 2 * stream.frameByteCount + 1))
        #expect(removed == [11, 12, 13])
        stream.send()
        #expect(stream.arrived.map(\.number) == Array(1...10) + Array(14...20))
        #expect(stream.mark == 17)
    }

    @Test func `what is removed from memory that others show too stays with the others`() throws {
        let chunk = try #require(SentStream.shared(20))
        let other = SentStream()
        for stream in [stream, other] { stream.show(chunk, 20) }
        let removed = stream.remove(.marked([3, 4, 5, 17]))
        #expect(removed == [3, 4, 5, 17])
        for stream in [stream, other] { stream.send() }
        #expect(stream.arrived.map(\.number) == Array(1...2) + Array(6...16) + Array(18...20))
        #expect(other.arrived.map(\.number) == Array(1...20))
    }

    @Test func `when all would not be enough nothing goes`() {
        for _ in 1...10 { stream.emit() }
        let tooMuch = stream.remove(.oldest(byteCount: 9 * stream.frameByteCount + 1))
        let unsent = stream.unsentByteCount
        #expect(tooMuch == nil && unsent == 10 * stream.frameByteCount)
        let allButTheNewest = stream.remove(.oldest(byteCount: 9 * stream.frameByteCount))
        #expect(allButTheNewest?.count == 9)
    }

    @Test func `what has been under way stays, after its connection and after its session`() {
        for _ in 1...5 { stream.emit() }
        stream.send()
        stream.acknowledge(to: 2)
        for _ in 6...8 { stream.emit() }
        stream.rewind()
        let resuming = stream.remove(.oldest(byteCount: 3 * stream.frameByteCount))
        #expect(resuming == nil)
        let named = stream.remove(.marked([4]))
        #expect(named == [])
        stream.beginSession()
        let beginning = stream.remove(.oldest(byteCount: stream.frameByteCount))
        #expect(beginning == [6])
        stream.send()
        #expect(stream.arrived.map(\.number) == [3, 4, 5, 7, 8])
    }

    @Test func `what has been under way may be taken out between two sessions`() {
        for _ in 1...5 { stream.emit() }
        stream.send()
        stream.acknowledge(to: 1)
        for _ in 6...7 { stream.emit() }
        stream.rewind()
        let removed = stream.removeArrived([1, 3, 6])
        #expect(removed == [3, 6])
        stream.beginSession()
        stream.send()
        #expect(stream.arrived.map(\.number) == [2, 4, 5, 7])
        #expect(stream.arrived.map(\.isRedelivered) == [true, true, true, false])
    }

    @Test func `of each name the newest stays, where it is`() {
        for n in 0..<9 { stream.emit(name: UInt32(n % 4 + 1)) }
        let tooMuch = stream.remove(.superseded(byteCount: 5 * stream.frameByteCount + 1))
        #expect(tooMuch == nil)
        let removed = stream.remove(.superseded(byteCount: 1))
        #expect(removed == [1, 2, 3, 4, 5])
        stream.send()
        #expect(stream.arrived.map(\.number) == [6, 7, 8, 9])
    }

    @Test func `those with these numbers go, the newest perhaps among them`() {
        for _ in 1...9 { stream.emit() }
        stream.send(atMost: stream.frameByteCount + 1)
        let removed = stream.remove(.marked([1, 2, 5, 6, 9, 10]))
        // All of them are in one chunk, of which a part was sent.
        #expect(removed == [])
        for _ in 10...14 { stream.emit() }
        let later = stream.remove(.marked([3, 10, 12, 13, 14, 20]))
        #expect(later == [10, 12, 13, 14])
        stream.send()
        #expect(stream.arrived.map(\.number) == Array(1...9) + [11])
    }

    @Test func `who asked for its acknowledgement goes with it`() {
        for _ in 1...1_000 {
            stream.emit()
            stream.flush()
            if stream.unsentByteCount > 200 { _ = stream.remove(.oldest(byteCount: stream.unsentByteCount - 200)) }
        }
        #expect(stream.unsentByteCount <= 200)
    }

    @Test func `few bytes need little memory, however they were left over`() {
        // One in a hundred is of a name of its own, and stays.
        for n in 0..<200_000 {
            stream.emit(name: n % 100 == 0 ? UInt32(n) + 2 : 1)
            if n % 20_000 == 19_999 { _ = stream.remove(.superseded(byteCount: 1)) }
        }
        #expect(stream.unsentByteCount < 100_000)
        #expect(stream.chunkCount < 6)
    }

    @Test func `nothing is kept of a stream of which nothing is left`() {
        for _ in 1...10_000 { stream.emit() }
        stream.send(atMost: 1)
        stream.acknowledge(to: stream.mark)
        #expect(stream.keptByteCount > 0)
        let first = stream.mark + 1
        for _ in 1...10 { stream.emit() }
        let removed = stream.remove(.marked((first...stream.mark).map(UInt64.init)))
        #expect(removed?.count == 10)
    }

    @Test(arguments: Sweep.parts)
    func `swept: sent in parts, removed and broken off, what is left comes once, in order`(part: Int) throws {
        for seed in Sweep.seeds(50, full: 3_000, soak: 300_000, part: part) {
            var world = RemovingWorld(seed: seed)
            for _ in 0..<200 { try world.act() }
            try world.end()
        }
    }
}

/// A stream, what is known to be in it, and chance.
private struct RemovingWorld {
    private let stream = SentStream()
    private var random: Seeded
    private let seed: Int
    /// The events of the stream, with their names, by mark.
    private var events: [(number: Int, name: UInt32)] = []
    private var received = 0
    /// What may have arrived.
    private var sent: Int { stream.certain }

    init(seed: Int) {
        self.seed = seed
        random = Seeded(seed)
        stream.limits.windowEventCount = [3, 50, 65_536].randomElement(using: &random) ?? 3
    }

    mutating func act() throws {
        switch Int.random(in: 0..<10, using: &random) {
        case 0...3: for _ in 0..<Int.random(in: 1...2_000, using: &random) { emit() }
        case 4...5:
            emit()
            try remove()
        case 6...7: try send(atMost: Int.random(in: 0...50_000, using: &random))
        case 8: stream.acknowledge(to: Int.random(in: stream.acknowledged...received, using: &random))
        default:
            stream.rewind()
            stream.resume(from: Int.random(in: stream.acknowledged...received, using: &random))
        }
        try #require(stream.mark == events.count, "seed \(seed)")
    }

    private mutating func emit() {
        let name = UInt32.random(in: 1...200, using: &random)
        let isVolatile = Bool.random(using: &random)
        stream.emit(name: name, isVolatile: isVolatile)
        if !isVolatile { events.append((stream.emitted, name)) }
    }

    private mutating func remove() throws {
        guard let newest = events.last, newest.number == stream.emitted else { return }
        let byteCount = Int.random(in: 0...300, using: &random) * 14
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            let marks = stream.remove(.oldest(byteCount: byteCount)) ?? []
            try #require(marks.first.map { Int($0) > sent } ?? true && marks.last ?? 0 < events.count, "seed \(seed)")
            try #require(marks.isEmpty || marks.last == marks[0] + UInt64(marks.count) - 1, "seed \(seed)")
            gone(marks)
        case 1:
            guard let marks = stream.remove(.superseded(byteCount: byteCount)) else { return }
            let latest = Dictionary(events.map { ($0.name, $0.number) }) { max($0, $1) }
            let superseded = events.indices.filter { $0 >= sent && latest[events[$0].name] != events[$0].number }
            try #require(marks == superseded.map { UInt64($0) + 1 }, "seed \(seed)")
            gone(marks)
        default:
            let wanted = events.indices.filter { _ in Int.random(in: 0..<50, using: &random) == 0 }
            let marks = stream.remove(.marked(wanted.map { UInt64($0) + 1 }))
            try #require(marks == wanted.filter { $0 >= sent }.map { UInt64($0) + 1 }, "seed \(seed)")
            gone(marks ?? [])
        }
    }

    private mutating func gone(_ marks: [UInt64]) {
        for mark in marks.reversed() { events.remove(at: Int(mark) - 1) }
    }

    private mutating func send(atMost limit: Int = .max) throws {
        stream.send(atMost: limit)
        guard let last = stream.arrived.last?.number, let first = stream.arrived.first?.number else { return }
        let numbers = events.map(\.number)
        let start = try #require(numbers.firstIndex(of: first), "seed \(seed)")
        let expected = numbers[start..<min(start + stream.arrived.count, numbers.count)]
        try #require(stream.arrived.map(\.number) == Array(expected), "seed \(seed)")
        let end = try #require(numbers.firstIndex(of: last), "seed \(seed)") + 1
        try #require(start <= received, "a gap, seed \(seed)")
        received = max(received, end)
    }

    mutating func end() throws {
        for _ in 0..<100_000 where stream.unsentByteCount > 0 {
            try send()
            stream.acknowledge(to: received)
        }
        stream.acknowledge(to: received)
        try #require(received == events.count && stream.keptByteCount == 0, "seed \(seed)")
    }
}
