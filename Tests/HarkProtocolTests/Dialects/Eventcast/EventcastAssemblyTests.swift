import HarkProtocol
import HarkWire
import Testing

struct EventcastAssemblyTests {
    /// An assembly that is given segments of one letter.
    private struct Receiver {
        var assembly: EventcastAssembly

        init(messageByteCountMax: Int = 1_000, messageCountMax: Int = 4, byteCountMax: Int = 10_000) {
            assembly = EventcastAssembly(
                messageByteCountMax: messageByteCountMax, messageCountMax: messageCountMax, byteCountMax: byteCountMax)
        }

        mutating func add(
            _ segment: Int32, of count: Int32, _ message: UInt64 = 1, _ slice: String? = nil
        ) -> EventcastAssembly.Outcome {
            let meta = EventcastMeta(
                sequence: EventcastAssemblyTests.sequence(message), segment: segment, of: count,
                origin: nil)
            return Array((slice ?? "\(segment)").utf8).withUnsafeBytes { slice in
                assembly.add(EventcastDatagram(meta: meta, payload: slice))
            }
        }
    }

    private static func sequence(_ message: UInt64) -> EventcastDigest { EventcastDigest(random: message, 0, 0) }

    private func complete(_ text: String) -> EventcastAssembly.Outcome { .complete(Array(text.utf8)) }

    @Test(arguments: [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] as [[Int32]])
    func `segments come in any order`(order: [Int32]) {
        var receiver = Receiver()
        for segment in order.dropLast() {
            let outcome = receiver.add(segment, of: 4)
            #expect(outcome == .kept)
        }
        let last = receiver.add(order[3], of: 4)
        #expect(last == complete("0123"))
        #expect(receiver.assembly.count == 0 && receiver.assembly.byteCount == 0)
    }

    @Test func `messages do not mix`() {
        var receiver = Receiver()
        let outcomes = [
            receiver.add(0, of: 2, 1, "a"), receiver.add(1, of: 2, 2, "d"), receiver.add(1, of: 2, 1, "b"),
            receiver.add(0, of: 2, 2, "c"),
        ]
        #expect(outcomes == [.kept, .kept, complete("ab"), complete("cd")])
    }

    @Test func `what came already does not count again, also after its message`() {
        var receiver = Receiver()
        let outcomes = [
            receiver.add(0, of: 2), receiver.add(0, of: 2, 1, "other"), receiver.add(1, of: 2), receiver.add(1, of: 2),
            receiver.add(0, of: 2),
        ]
        #expect(outcomes == [.kept, .repeated, complete("01"), .repeated, .repeated])
        #expect(receiver.assembly.count == 0)
    }

    @Test func `what is remembered of messages has an end`() {
        var receiver = Receiver()
        for message in 0..<5_000 as Range<UInt64> { receiver.assembly.finish(Self.sequence(message)) }
        let outcomes = [receiver.add(0, of: 2, 4_999), receiver.add(0, of: 2, 1_000), receiver.add(0, of: 2, 0)]
        #expect(outcomes == [.repeated, .repeated, .kept])
    }

    @Test func `what contradicts is refused`() {
        var receiver = Receiver()
        let outcomes = [
            receiver.add(0, of: 3), receiver.add(1, of: 4), receiver.add(0, of: 1, 2), receiver.add(1, of: 3, 1, ""),
            receiver.add(1, of: 3), receiver.add(2, of: 3),
        ]
        #expect(
            outcomes == [
                .kept, .refused(.contradiction), .refused(.empty), .refused(.empty), .kept, complete("012"),
            ])
    }

    @Test func `a message that is too long is refused, and so is one of too many segments`() {
        var receiver = Receiver(messageByteCountMax: 10)
        let outcomes = [
            receiver.add(0, of: 3, 1, "123456"), receiver.add(1, of: 3, 1, "12345"), receiver.add(1, of: 3, 1, "1234"),
            receiver.add(0, of: 2, 2, "12345678901"), receiver.add(0, of: 16_385, 3), receiver.add(0, of: 16_384, 4),
        ]
        #expect(
            outcomes == [
                .kept, .refused(.tooLong), .kept, .refused(.tooLong), .refused(.tooLong), .kept,
            ])
    }

    @Test func `the message that was begun first gives way`() {
        var receiver = Receiver(messageCountMax: 2)
        let outcomes = [
            receiver.add(0, of: 2, 1), receiver.add(0, of: 2, 2), receiver.add(0, of: 2, 3), receiver.add(1, of: 2, 2),
            receiver.add(1, of: 2, 1),
        ]
        #expect(outcomes == [.kept, .kept, .kept, complete("01"), .kept])
        #expect(receiver.assembly.evictedCount == 1)
    }

    @Test func `memory has a limit, and a message that needs all of it is refused`() {
        var receiver = Receiver(byteCountMax: 400)
        for message in 0..<100 as Range<UInt64> {
            let outcome = receiver.add(0, of: 9, message, "0123456789")
            #expect(outcome == .kept)
            #expect(receiver.assembly.byteCount <= 400)
        }
        var refused = 0
        for segment in 1..<9 as Range<Int32> {
            let outcome = receiver.add(segment, of: 9, 99, "0123456789")
            refused += outcome == .refused(.tooLong) ? 1 : 0
        }
        #expect(refused == 4 && receiver.assembly.count == 1)
    }

    @Test func `what is missing is known, and whether something was overtaken`() {
        var receiver = Receiver()
        let sequence = Self.sequence(1)
        #expect(receiver.assembly.missing(sequence, countMax: 9).isEmpty && !receiver.assembly.hasGap(sequence))
        _ = receiver.add(0, of: 5)
        #expect(receiver.assembly.missing(sequence, countMax: 9) == [1, 2, 3, 4])
        #expect(!receiver.assembly.hasGap(sequence))
        _ = receiver.add(3, of: 5)
        #expect(receiver.assembly.missing(sequence, countMax: 9) == [1, 2, 4])
        #expect(receiver.assembly.missing(sequence, countMax: 2) == [1, 2])
        #expect(receiver.assembly.hasGap(sequence))
    }

    @Test func `a message that is removed begins anew, one that is finished does not`() {
        var receiver = Receiver()
        _ = receiver.add(0, of: 2)
        receiver.assembly.remove(Self.sequence(1))
        #expect(receiver.assembly.byteCount == 0)
        let again = receiver.add(1, of: 2)
        #expect(again == .kept)
        receiver.assembly.finish(Self.sequence(1))
        let late = receiver.add(0, of: 2)
        #expect(late == .repeated)
        #expect(receiver.assembly.count == 0)
    }
}
