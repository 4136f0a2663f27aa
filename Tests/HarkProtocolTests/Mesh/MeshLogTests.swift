import HarkProtocol
import Testing

@Suite struct MeshLogTests {
    private static func append(
        _ log: inout MeshLog, key: Int, _ tail: [UInt8], keeping kept: UInt64 = .max
    ) -> Bool {
        tail.withUnsafeBytes { log.append(key: key, $0, keeping: kept) }
    }

    @Test func `events are read back by their numbers until they give way`() {
        var random = Seeded(4)
        var log = MeshLog(capacity: 4_096)
        var all: [(key: Int, tail: [UInt8])] = []
        for number in 0..<2_000 {
            let tail = [UInt8](
                repeating: UInt8(truncatingIfNeeded: number), count: .random(in: 0...100, using: &random))
            let key = Int.random(in: 0..<5, using: &random)
            #expect(Self.append(&log, key: key, tail))
            all.append((key, tail))
            #expect(log.next == UInt64(all.count))
            for number in log.oldest..<log.next {
                let (key, _, tail) = log.event(number)
                guard key == all[Int(number)].key, tail.elementsEqual(all[Int(number)].tail) else {
                    Issue.record("event \(number) is another one")
                    return
                }
            }
            let first = UInt64.random(in: 0...log.next, using: &random)
            let gone = all[Int(min(first, log.oldest))..<Int(log.oldest)].filter { $0.key < 3 }.count
            #expect(log.forgottenCount(from: first) { $0 < 3 } == UInt64(gone))
        }
        #expect(log.oldest > 1_900 && log.forgottenCount(from: .max) { _ in true } == 0)
    }

    @Test func `a key without a number is kept with its event`() {
        var log = MeshLog(capacity: 4_096)
        let key = MeshKey(.room, Array("red".utf8))
        for tail: [UInt8] in [[], [1, 2, 3]] {
            let isKept = tail.withUnsafeBytes { log.append(key: nil, $0, keeping: 0, unnumbered: key) }
            #expect(isKept)
            let event = log.event(log.next - 1)
            #expect(event.key == nil && event.unnumbered == key && event.tail.elementsEqual(tail))
        }
        while log.oldest < 2 { _ = Self.append(&log, key: 0, [UInt8](repeating: 0, count: 500)) }
        // Whether somebody had wanted it is not known any more.
        #expect(log.forgottenCount(from: 0) { _ in false } == 2)
    }

    @Test func `what is kept does not give way, and what is too long has no room`() {
        var log = MeshLog(capacity: 4_096)
        let quarter = [UInt8](repeating: 1, count: 1_020)
        #expect(!Self.append(&log, key: 0, quarter + [1]))
        var count = 0
        while Self.append(&log, key: 0, quarter, keeping: 0) { count += 1 }
        #expect(count == 4 && log.oldest == 0)
        let isKept = Self.append(&log, key: 0, quarter, keeping: 1)
        #expect(isKept && log.oldest == 1)
        #expect(log.byteCount(from: 1) == 4_096 && log.byteCount(from: 0) == 0 && log.byteCount(from: .max) == 0)
    }

    @Test func `so far back that nobody knows all events count as lost`() {
        var log = MeshLog(capacity: 64)
        for number in 0..<600_000 {
            guard Self.append(&log, key: number % 2, [0, 0, 0, 0]) else {
                Issue.record("no room for event \(number)")
                return
            }
        }
        let near = log.oldest - 1_000
        #expect(log.forgottenCount(from: near) { $0 == 1 } == 500)
        let all = log.forgottenCount(from: 0) { $0 == 1 }
        #expect(all > log.oldest / 2 && all < log.oldest)
    }
}
