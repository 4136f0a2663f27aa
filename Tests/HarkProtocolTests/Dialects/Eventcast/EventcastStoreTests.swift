import HarkProtocol
import HarkWire
import Testing

struct EventcastStoreTests {
    private func message(_ byteCount: Int, until: UInt64 = 9_000) -> EventcastStore.Message {
        let chunk = ByteChunk(capacity: byteCount)
        chunk.count = byteCount
        return EventcastStore.Message(chunk: chunk, datagramByteCount: 100, until: Instant(milliseconds: until))
    }

    private func sequence(_ number: UInt64) -> EventcastDigest { EventcastDigest(random: number, 0, 0) }

    @Test func `a message says where its segments lie`() {
        let message = message(250)
        #expect(message.count == 3)
        #expect((0..<3).map { message.range($0) } == [0..<100, 100..<200, 200..<250])
        #expect(self.message(200).count == 2)
    }

    @Test func `the oldest messages give way, and those whose time is over`() {
        var store = EventcastStore(byteCountMax: 1_000)
        for number in 0..<10 as Range<UInt64> { store.add(message(300, until: 100 + number), sequence(number)) }
        #expect(store.count == 3 && store.byteCount == 900 && store.deadline == Instant(milliseconds: 107))
        #expect((0..<10).filter { store[sequence($0)] != nil } == [7, 8, 9])
        store.removeExpired(now: Instant(milliseconds: 108))
        #expect(store.count == 1 && store.byteCount == 300)
        store.removeExpired(now: Instant(milliseconds: 109))
        #expect(store.count == 0 && store.byteCount == 0 && store.deadline == nil)
    }

    @Test func `a message that is longer than the store is not kept`() {
        var store = EventcastStore(byteCountMax: 100)
        store.add(message(101), sequence(1))
        #expect(store.count == 0 && store.byteCount == 0)
    }

    @Test func `many messages come and go`() {
        var store = EventcastStore(byteCountMax: 100_000)
        for number in 0..<10_000 as Range<UInt64> {
            store.add(message(10, until: number + 50), sequence(number))
            store.removeExpired(now: Instant(milliseconds: number))
            #expect(store.count <= 51)
        }
        store.removeAll()
        #expect(store.count == 0 && store.byteCount == 0 && store.deadline == nil)
    }
}
