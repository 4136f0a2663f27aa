import HarkProtocol
import HarkWire
import Testing

struct EventcastAssemblyTests {
    /// An assembly that is given segments of one letter.
    private struct Receiver: ~Copyable {
        var assembly: EventcastAssembly
        var now = Instant(milliseconds: 1_000)
        private var output = ByteWriter(pool: ChunkPool())

        init(
            messageByteCountMax: Int = 1_000, messageCountMax: Int = 4, byteCountMax: Int = 10_000,
            sourceByteCountMax: Int = 10_000
        ) {
            var limits = EventcastLimits()
            limits.messageByteCount = messageByteCountMax
            limits.assemblyMessageCount = messageCountMax
            limits.assemblyByteCount = byteCountMax
            limits.sourceByteCount = sourceByteCountMax
            assembly = EventcastAssembly(limits: limits, timing: EventcastTiming(ttl: 3_000))
        }

        mutating func add(
            _ segment: Int32, of count: Int32, _ message: UInt64 = 1, _ slice: String? = nil, from host: UInt32 = 1
        ) -> String {
            var reading = EventcastReading(sequence: EventcastAssemblyTests.sequence(message))
            (reading.segment, reading.segmentCount) = (segment, count)
            reading.payload = Array((slice ?? "\(segment)").utf8)
            let bytes = (try? reading.written()) ?? []
            output.beginFrame()
            let outcome: EventcastAssembly.Outcome? = bytes.withUnsafeBytes { bytes in
                (try? EventcastDatagram(reading: bytes)).map { datagram in
                    let source = DatagramAddress(ipv4: host, port: 41_001)
                    return assembly.add(datagram, from: source, now: now, to: &output)
                }
            }
            let whole = String(decoding: output.takeBytes(), as: UTF8.self)
            switch outcome {
            case .complete: return whole
            case .kept: return "kept"
            case .repeated: return "repeated"
            case .refused(let refusal): return "\(refusal)"
            case nil: return "not read"
            }
        }

        /// What is due: the messages to ask for by their first word, and those that are lost.
        mutating func due(at milliseconds: UInt64, isAsked: Bool = true) -> [String] {
            now = Instant(milliseconds: milliseconds)
            return assembly.takeDue(now: now).map { due in
                switch due {
                case .ask(let sequence):
                    let missing = assembly.missing(sequence, now: now, countMax: 9)
                    if isAsked { assembly.asked(sequence, now: now) }
                    return "ask \(missing)"
                case .lost(let loss): return "lost \(loss.datagramCount)"
                }
            }
        }
    }

    private static func sequence(_ message: UInt64) -> EventcastDigest { EventcastDigest(random: message, 0, 0) }

    @Test(arguments: [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] as [[Int32]])
    func `segments come in any order`(order: [Int32]) {
        var receiver = Receiver()
        for segment in order.dropLast() {
            let outcome = receiver.add(segment, of: 4)
            #expect(outcome == "kept")
        }
        let last = receiver.add(order[3], of: 4)
        #expect(last == "0123")
        #expect(receiver.assembly.count == 0 && receiver.assembly.byteCount == 0)
    }

    @Test func `messages do not mix`() {
        var receiver = Receiver()
        let outcomes = [
            receiver.add(0, of: 2, 1, "a"), receiver.add(1, of: 2, 2, "d"), receiver.add(1, of: 2, 1, "b"),
            receiver.add(0, of: 2, 2, "c"),
        ]
        #expect(outcomes == ["kept", "kept", "ab", "cd"])
    }

    @Test func `what came already does not count again, also after its message`() {
        var receiver = Receiver()
        let outcomes = [
            receiver.add(0, of: 2), receiver.add(0, of: 2), receiver.add(1, of: 2), receiver.add(1, of: 2, 1, "other"),
            receiver.add(0, of: 2),
        ]
        #expect(outcomes == ["kept", "repeated", "01", "repeated", "repeated"])
        #expect(receiver.assembly.count == 0)
    }

    @Test func `what is remembered of messages has an end, in number and in time`() {
        var receiver = Receiver()
        for message in 0..<UInt64(EventcastFinished.countMax + 1) {
            receiver.assembly.finish(Self.sequence(message), now: receiver.now)
        }
        let outcomes = [receiver.add(0, of: 2, 1), receiver.add(0, of: 2, 9_000), receiver.add(0, of: 2, 0)]
        #expect(outcomes == ["repeated", "repeated", "kept"])
        _ = receiver.due(at: 9_999)
        let before = receiver.add(0, of: 2, 9_000)
        _ = receiver.due(at: 10_000)
        let after = receiver.add(0, of: 2, 9_000)
        #expect(before == "repeated" && after == "kept")
    }

    @Test func `what contradicts is refused, and its message with it`() {
        for contradiction in [(1, 4, "1"), (0, 3, "another")] as [(Int32, Int32, String)] {
            var receiver = Receiver()
            let outcomes = [
                receiver.add(0, of: 3), receiver.add(contradiction.0, of: contradiction.1, 1, contradiction.2),
                receiver.add(1, of: 3),
            ]
            #expect(outcomes == ["kept", "contradiction", "repeated"])
            #expect(receiver.assembly.takeLost().map(\.datagramCount) == [2])
            #expect(receiver.assembly.count == 0 && receiver.assembly.byteCount == 0)
        }
    }

    @Test func `nobody can spoil the message of another host`() {
        var receiver = Receiver()
        let outcomes = [
            receiver.add(0, of: 2), receiver.add(0, of: 2, 1, "another", from: 2), receiver.add(1, of: 3, from: 2),
            receiver.add(1, of: 2),
        ]
        #expect(outcomes == ["kept", "contradiction", "contradiction", "01"])
    }

    @Test func `what is no segment, or empty, is refused`() {
        var receiver = Receiver()
        let outcomes = [receiver.add(0, of: 1), receiver.add(1, of: 3, 1, ""), receiver.add(1, of: 3)]
        #expect(outcomes == ["empty", "empty", "kept"])
    }

    @Test func `a message that is too long is refused, and so is one of too many segments`() {
        var receiver = Receiver(messageByteCountMax: 10)
        let outcomes = [
            receiver.add(0, of: 3, 1, "12345"), receiver.add(1, of: 3, 1, "12345"), receiver.add(2, of: 3, 1, "1"),
            receiver.add(0, of: 3, 1, "12345"),
        ]
        #expect(outcomes == ["kept", "kept", "tooLong", "repeated"])
        #expect(receiver.assembly.takeLost().count == 1)

        var exact = Receiver(messageByteCountMax: 20_000)
        let many = [exact.add(0, of: 16_385, 1, "a"), exact.add(0, of: 16_384, 2, "a")]
        #expect(many == ["tooLong", "kept"])
    }

    @Test func `a message that can only become too long is refused at once`() {
        var receiver = Receiver(messageByteCountMax: 10)
        let outcomes = [
            receiver.add(0, of: 3, 1, "123456"), receiver.add(0, of: 2, 2, "12345678901"), receiver.add(0, of: 12, 3),
            receiver.add(0, of: 11, 4), receiver.add(1, of: 2, 5, "1234567890"),
        ]
        #expect(outcomes == ["tooLong", "tooLong", "tooLong", "kept", "kept"])
    }

    @Test func `beginnings give way first, and of those the one that was begun first`() {
        var receiver = Receiver(messageCountMax: 3)
        let outcomes = [
            receiver.add(0, of: 3, 1), receiver.add(1, of: 3, 1), receiver.add(0, of: 2, 2), receiver.add(0, of: 2, 3),
            receiver.add(0, of: 2, 4), receiver.add(1, of: 2, 3), receiver.add(2, of: 3, 1), receiver.add(1, of: 2, 2),
        ]
        #expect(outcomes == ["kept", "kept", "kept", "kept", "kept", "01", "012", "kept"])
        #expect(receiver.assembly.evictedCount == 1)
        #expect(receiver.assembly.takeLost().isEmpty)
    }

    @Test func `a message of several segments that gives way is lost`() {
        var receiver = Receiver(messageCountMax: 1)
        let outcomes = [
            receiver.add(0, of: 3), receiver.add(1, of: 3), receiver.add(0, of: 2, 2), receiver.add(2, of: 3),
        ]
        #expect(outcomes == ["kept", "kept", "kept", "repeated"])
        let lost = receiver.assembly.takeLost()
        #expect(lost.map(\.datagramCount) == [1] && lost[0].member.id == "aaaaaaaaaaaaaaaa")
        #expect(lost[0].member.hostname == "vm" && lost[0].member.address == DatagramAddress(ipv4: 1, port: 41_001))
    }

    @Test func `memory has a limit, and a message that needs all of it is refused`() {
        var receiver = Receiver(byteCountMax: 400)
        for message in 0..<100 as Range<UInt64> {
            let outcome = receiver.add(0, of: 9, message, "0123456789")
            #expect(outcome == "kept")
            #expect(receiver.assembly.byteCount <= 400)
        }
        var refused = 0
        for segment in 1..<9 as Range<Int32> {
            let outcome = receiver.add(segment, of: 9, 99, "0123456789")
            refused += outcome == "tooLong" ? 1 : 0
        }
        #expect(refused == 4 && receiver.assembly.count == 1)
    }

    @Test func `one source takes no more than its share, and only its own messages give way`() {
        var receiver = Receiver(messageCountMax: 100, sourceByteCountMax: 400)
        let first = receiver.add(0, of: 2, 1_000, "ab", from: 2)
        for message in 0..<50 as Range<UInt64> {
            let outcome = receiver.add(0, of: 9, message, "0123456789")
            #expect(outcome == "kept")
        }
        #expect(receiver.assembly.byteCount <= 400 + 2 + EventcastAssembly.segmentByteCount)
        let last = receiver.add(1, of: 2, 1_000, "cd", from: 2)
        #expect(first == "kept" && last == "abcd")
    }

    @Test func `claims take no memory`() {
        var receiver = Receiver(messageByteCountMax: 20_000)
        let outcome = receiver.add(16_000, of: 16_384, 1, "a")
        #expect(outcome == "kept")
        #expect(receiver.assembly.byteCount == 1 + EventcastAssembly.segmentByteCount)
    }

    @Test func `what is missing is known, and whether something was overtaken`() {
        var receiver = Receiver()
        let sequence = Self.sequence(1)
        let now = receiver.now
        #expect(receiver.assembly.missing(sequence, now: now, countMax: 9).isEmpty)
        #expect(!receiver.assembly.hasGap(sequence))
        _ = receiver.add(0, of: 5)
        #expect(receiver.assembly.missing(sequence, now: now, countMax: 9) == [1, 2, 3, 4])
        #expect(!receiver.assembly.hasGap(sequence))
        _ = receiver.add(3, of: 5)
        // The end may be on its way.
        #expect(receiver.assembly.missing(sequence, now: now, countMax: 9) == [1, 2])
        #expect(receiver.assembly.missing(sequence, now: now + 200, countMax: 9) == [1, 2, 4])
        #expect(receiver.assembly.missing(sequence, now: now + 200, countMax: 2) == [1, 2])
        #expect(receiver.assembly.hasGap(sequence))
    }

    @Test func `a gap is asked for soon, the end after the time to live, and again with growing pauses`() {
        var receiver = Receiver()
        _ = receiver.add(0, of: 5)
        #expect(receiver.assembly.deadline == Instant(milliseconds: 4_000))
        receiver.now = Instant(milliseconds: 2_000)
        _ = receiver.add(2, of: 5)
        let soon = [receiver.due(at: 2_019), receiver.due(at: 2_020), receiver.due(at: 2_119), receiver.due(at: 2_120)]
        #expect(soon == [[], ["ask [1]"], [], ["ask [1]"]])
        // Then it is quiet.
        let later = [2_319, 2_320, 2_719, 2_720, 3_520, 5_120, 6_720, 8_320, 9_920].map { receiver.due(at: $0) }
        let ask = ["ask [1, 3, 4]"]
        #expect(later == [[], ask, [], ask, ask, ask, ask, ask, ask])
        let end = [receiver.due(at: 9_999), receiver.due(at: 10_000)]
        #expect(end == [[], ["lost 3"]])
        let late = receiver.add(1, of: 5)
        #expect(late == "repeated" && receiver.assembly.deadline == nil)
    }

    @Test func `a gap that closes in time is not asked for`() {
        var receiver = Receiver()
        _ = receiver.add(1, of: 3)
        receiver.now = Instant(milliseconds: 1_010)
        _ = receiver.add(0, of: 3)
        let due = [receiver.due(at: 1_100), receiver.due(at: 4_009), receiver.due(at: 4_010)]
        #expect(due == [[], [], ["ask [2]"]])
    }

    @Test func `an answer that arrives puts the next request off`() {
        var receiver = Receiver()
        _ = receiver.add(0, of: 9)
        _ = receiver.add(8, of: 9)
        let first = receiver.due(at: 1_020)
        receiver.now = Instant(milliseconds: 1_115)
        _ = receiver.add(1, of: 9)
        let next = [receiver.due(at: 1_134), receiver.due(at: 1_135)]
        #expect(first.count == 1 && next == [[], ["ask [2, 3, 4, 5, 6, 7]"]])
    }

    @Test func `a message that is removed begins anew, one that is finished does not`() {
        var receiver = Receiver()
        _ = receiver.add(0, of: 2)
        receiver.assembly.remove(Self.sequence(1))
        #expect(receiver.assembly.byteCount == 0)
        let again = receiver.add(1, of: 2)
        #expect(again == "kept")
        receiver.assembly.finish(Self.sequence(1), now: receiver.now)
        let late = receiver.add(0, of: 2)
        #expect(late == "repeated")
        #expect(receiver.assembly.count == 0)
    }
}
