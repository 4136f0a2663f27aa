import HarkProtocol
import HarkWire
import Testing

/// What is wrong in the original, and is not here.
struct EventcastMachineBugTests {
    private let text = Value.string(String(repeating: "x", count: 5_000))

    private func segments(_ side: EventcastSide) -> [[UInt8]] {
        side.emit("long", [text])
        return side.send().map(\.bytes)
    }

    @Test func `a datagram that is broken, or of another key, ends nothing`() {
        let side = EventcastSide(1, cipher: FakeEventcastCipher(key: 1))
        let others = [EventcastSide(2), EventcastSide(3, cipher: FakeEventcastCipher(key: 2))]
        for other in others {
            other.emit("short")
            for bytes in segments(other) { side.receive(bytes, from: other.address) }
        }
        side.receive([], from: others[0].address)
        side.receive(Array(repeating: 0xFF, count: 100), from: others[0].address)
        #expect(side.events.isEmpty && side.statistics.refused.values.reduce(0, +) == 6)
        let friend = EventcastSide(4, cipher: FakeEventcastCipher(key: 1))
        friend.emit("hello")
        side.receive(friend.send()[0].bytes, from: friend.address)
        #expect(side.events.map(\.name) == ["hello"])
    }

    @Test func `stragglers of a message that was delivered ask for nothing and deliver nothing`() {
        let (one, other) = (EventcastSide(1), EventcastSide(2))
        let segments = segments(one)
        for bytes in segments { other.receive(bytes, from: one.address) }
        other.advance(by: 100)
        for bytes in segments { other.receive(bytes, from: one.address) }
        other.advance(by: 8_000)
        for bytes in segments { other.receive(bytes, from: one.address) }
        other.advance(by: 20_000)
        #expect(other.events.count == 1 && other.lossCount == 0)
        #expect(other.statistics.sentRequestCount == 0 && other.statistics.refused.isEmpty)
    }

    @Test func `a lost answer does not lose the message`() {
        let (one, other) = (EventcastSide(1), EventcastSide(2))
        let segments = segments(one)
        for bytes in segments.dropFirst() { other.receive(bytes, from: one.address) }
        for pause in [20, 100, 200, 400, 800] as [UInt64] {
            other.advance(by: pause)
            for sent in other.send() { one.receive(sent.bytes, from: other.address) }
            #expect(!one.send().isEmpty)
        }
        other.advance(by: 1_600)
        for sent in other.send() { one.receive(sent.bytes, from: other.address) }
        for sent in one.send() { other.receive(sent.bytes, from: one.address) }
        #expect(other.events.count == 1)
    }

    @Test func `members with one address all get what they lack`() {
        let shared = DatagramAddress(ipv4: 0x0A00_0009, port: 41_000)
        let one = EventcastSide("one", shared, seed: 1)
        let others = [EventcastSide("two", shared, seed: 2), EventcastSide("three", shared, seed: 3)]
        let segments = segments(one)
        for other in others { for bytes in segments.dropFirst() { other.receive(bytes, from: shared) } }
        for _ in 0..<3 {
            for side in [one] + others { side.advance(by: 150) }
            for other in others {
                for sent in other.send() {
                    // What is sent to the shared address reaches the last member only.
                    let isHeard = sent.target == .group
                    if isHeard { one.receive(sent.bytes, from: shared) }
                }
            }
            for sent in one.send() where sent.target == .address(shared) {
                for other in others { other.receive(sent.bytes, from: shared) }
            }
        }
        #expect(others.allSatisfy { $0.events.count == 1 })
    }

    @Test func `a message of absurd many segments takes nothing`() throws {
        let side = EventcastSide(1)
        var reading = EventcastReading()
        (reading.segmentCount, reading.payload) = (Int32.max, [1])
        side.receive(try reading.written(), from: DatagramAddress(ipv4: 9, port: 9))
        #expect(side.assemblyByteCount == 0 && side.statistics.refused == [.overLimit: 1])
    }

    @Test func `after a stop nothing is due, whatever was incomplete`() {
        let (one, other) = (EventcastSide(1), EventcastSide(2))
        for bytes in segments(one).dropFirst() { other.receive(bytes, from: one.address) }
        other.stop()
        #expect(other.deadline == nil && other.assemblyByteCount == 0)
        other.advance(by: 60_000)
        #expect(other.send().isEmpty && other.takeTold().isEmpty)
    }

    @Test func `requests, errors and starts from the wire are not events`() throws {
        for name in ["__ec_retx", "error", "start", "stop"] {
            let side = EventcastSide(1)
            var reading = EventcastReading()
            reading.texts?[0] = name
            side.receive(try reading.written([1]), from: DatagramAddress(ipv4: 9, port: 9))
            #expect(side.events.isEmpty && side.statistics.refused.values.reduce(0, +) == 1)
        }
    }

    @Test func `with a key nobody is heard who has none`() {
        let (one, other) = (EventcastSide(1), EventcastSide(2, cipher: FakeEventcastCipher(key: 1)))
        one.emit("short")
        for bytes in one.send().map(\.bytes) + segments(one) { other.receive(bytes, from: one.address) }
        #expect(other.events.isEmpty && other.members.isEmpty)
        #expect(other.statistics.refused == [.plaintext: 2])
    }
}
