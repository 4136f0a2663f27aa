import HarkProtocol
import HarkWire
import Testing

struct EventcastQueueTests {
    private static let target = DatagramTarget.address(DatagramAddress(ipv4: 1, port: 2))

    /// A queue and what it lends.
    private struct Waiting: ~Copyable {
        var queue = EventcastQueue(pool: ChunkPool())

        mutating func add(
            _ text: String, to target: DatagramTarget = .group, _ content: EventcastQueue.Content = .events
        ) {
            Array(text.utf8).withUnsafeBytes { queue.append($0, to: target, content) }
        }

        func collected(_ byteCountMax: Int = 1 << 20) -> [String] {
            var runs: ContiguousArray<DatagramRun> = []
            let (count, byteCount) = queue.collect(into: &runs, byteCountMax: byteCountMax)
            #expect(count == runs.reduce(0) { $0 + $1.count } && byteCount == runs.reduce(0) { $0 + $1.bytes.count })
            return runs.map { run in
                (0..<run.count).map { String(decoding: run[$0], as: UTF8.self) }.joined(separator: " ")
            }
        }

        mutating func remove(_ count: Int) -> [String] {
            var removed: [String] = []
            queue.remove(count) { removed.append("\($0) \($1) \($2)") }
            return removed
        }
    }

    @Test func `neighbours of one length, target and content are one run, and a shorter one ends it`() {
        var waiting = Waiting()
        for text in ["aa", "bb", "c", "dd", "eee"] { waiting.add(text) }
        waiting.add("fff", to: Self.target)
        waiting.add("ggg", to: Self.target, .request)
        #expect(waiting.collected() == ["aa bb c", "dd", "eee", "fff", "ggg"])
        #expect(waiting.queue.byteCount == 16 && waiting.queue.eventCount == 6)
    }

    @Test func `what has left is told by content, and the rest stays`() {
        var waiting = Waiting()
        for text in ["aa", "bb", "cc"] { waiting.add(text) }
        waiting.add("dd", .request)
        let first = waiting.remove(2)
        #expect(first == ["events 2 4"] && waiting.collected() == ["cc", "dd"])
        let rest = waiting.remove(9)
        #expect(rest == ["events 1 2", "request 1 2"])
        #expect(waiting.queue.isEmpty && waiting.queue.byteCount == 0 && waiting.queue.eventCount == 0)
    }

    @Test func `as much is collected as fits`() {
        var waiting = Waiting()
        for text in ["aa", "bb", "c", "dd"] { waiting.add(text) }
        #expect(
            [0, 1, 2, 3, 4, 5, 6, 7].map { waiting.collected($0).joined(separator: " ") } == [
                "", "", "aa", "aa", "aa bb", "aa bb c", "aa bb c", "aa bb c dd",
            ])
    }

    @Test
    func `datagrams that lie elsewhere are shown and not copied, an event in several counts when the last has left`() {
        var waiting = Waiting()
        let chunk = ByteChunk(capacity: 10)
        UnsafeMutableRawBufferPointer(start: chunk.base, count: 10).copyBytes(from: "0123456789".utf8)
        chunk.count = 10
        waiting.queue.append(showing: chunk, 0..<10, datagramByteCount: 4, to: .group, .segments)
        waiting.queue.append(showing: chunk, 0..<4, datagramByteCount: 4, to: Self.target, .repairs)
        waiting.queue.append(showing: chunk, 4..<8, datagramByteCount: 4, to: Self.target, .repairs)
        waiting.queue.append(showing: chunk, 0..<4, datagramByteCount: 4, to: Self.target, .repairs)
        #expect(waiting.collected() == ["0123 4567 89", "0123 4567", "0123"])
        _ = waiting.remove(2)
        #expect(waiting.queue.eventCount == 1)
        _ = waiting.remove(1)
        #expect(waiting.queue.eventCount == 0 && waiting.collected() == ["0123 4567", "0123"])
        waiting.queue.removeAll()
        #expect(waiting.queue.isEmpty && waiting.queue.byteCount == 0)
    }

    @Test func `datagrams keep their place while others are added, over many chunks`() {
        var waiting = Waiting()
        var expected: [String] = []
        var chance = Seeded(1)
        for round in 0..<Sweep.count(300, full: 3_000, soak: 30_000) {
            for _ in 0..<Int.random(in: 0..<8, using: &chance) {
                let text = String(repeating: "\(round % 10)", count: Int.random(in: 1...9_000, using: &chance))
                expected.append(text)
                waiting.add(text)
            }
            let runs = waiting.collected().flatMap { $0.split(separator: " ").map(String.init) }
            #expect(runs == expected)
            let count = Int.random(in: 0..<9, using: &chance)
            _ = waiting.remove(count)
            expected.removeFirst(min(count, expected.count))
            #expect(waiting.queue.byteCount == expected.reduce(0) { $0 + $1.utf8.count })
        }
    }
}
