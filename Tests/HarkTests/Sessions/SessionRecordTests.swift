import Hark
import HarkProtocol
import HarkTesting
import Testing

/// What a store is given and gives back.
@EventLoop
@Suite struct SessionRecordTests {
    private let record = SessionRecord(
        token: NativeIdentifier(high: 0x0123_4567_89AB_CDEF, low: .max), peer: 0xFEDC_BA98_7654_3210,
        data: [
            "colour": SharedData.StoredValue(version: 3, encoded: [0x01]),
            "gone": SharedData.StoredValue(version: 7, encoded: nil),
        ])

    @Test func `a record reads back as it was`() {
        #expect(SessionRecord(record.bytes) == record)
        let empty = SessionRecord(token: NativeIdentifier(high: 0, low: 0), peer: 0, data: [:])
        #expect(SessionRecord(empty.bytes) == empty)
    }

    @Test func `what is cut off is no record`() {
        for count in 0..<record.bytes.count {
            #expect(SessionRecord(Array(record.bytes.prefix(count))) == nil)
        }
    }

    @Test func `whatever bytes a store returns, they are read or refused`() {
        var random = SeededRandom(seed: 1)
        for _ in 0..<20_000 {
            var bytes = record.bytes
            for _ in 0...Int(random.next() % 4) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            guard let read = SessionRecord(bytes) else { continue }
            #expect(SessionRecord(read.bytes) == read)
        }
    }
}
