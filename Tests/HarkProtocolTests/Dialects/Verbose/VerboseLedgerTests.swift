import HarkProtocol
import Testing

@Suite struct VerboseLedgerTests {
    private static func ledger(
        countMax: Int = 1_000, byteCountMax: Int = 1 << 20, timeMax: UInt64 = 900_000
    ) -> VerboseLedger {
        VerboseLedger(countMax: countMax, byteCountMax: byteCountMax, timeMax: timeMax)
    }

    private static func id(_ n: Int) -> MessageIdentifier { VerboseSide.id("\(n)") }

    private static func send(_ n: Int, at now: UInt64 = 0, _ ledger: inout VerboseLedger) {
        Array("text \(n)".utf8).withUnsafeBytes { ledger.sent(id(n), $0, at: now) }
    }

    private static func kept(_ ledger: VerboseLedger) -> [String] {
        var texts: [String] = []
        ledger.lend { texts.append(String(decoding: $0, as: UTF8.self)) }
        return texts
    }

    private static func texts(_ numbers: ClosedRange<Int>) -> [String] { numbers.map { "text \($0)" } }

    // MARK: Sent

    @Test func `an ack removes everything up to its id, and an unknown one nothing`() {
        var ledger = Self.ledger()
        for n in 1...5 { Self.send(n, &ledger) }
        ledger.acknowledge(Self.id(3))
        #expect(Self.kept(ledger) == Self.texts(4...5))
        for n in [1, 2, 3, 9] { ledger.acknowledge(Self.id(n)) }
        #expect(Self.kept(ledger) == Self.texts(4...5))
        #expect(ledger.sentCount == 5 && ledger.count == 2 && ledger.byteCount == 12)
        ledger.acknowledge(Self.id(5))
        #expect(Self.kept(ledger).isEmpty && ledger.byteCount == 0)
        Self.send(6, &ledger)
        #expect(Self.kept(ledger) == Self.texts(6...6))
        #expect(ledger.takeUncertainCount() == 0)
    }

    @Test func `of equal ids the last one counts`() {
        var ledger = Self.ledger()
        for n in [1, 2, 1, 3] { Self.send(n, &ledger) }
        ledger.acknowledge(Self.id(1))
        #expect(Self.kept(ledger) == ["text 3"])
        ledger = Self.ledger(countMax: 2)
        for n in [1, 2, 1] { Self.send(n, &ledger) }
        ledger.left(upTo: 3)
        ledger.trim(at: 0)
        ledger.acknowledge(Self.id(1))
        #expect(Self.kept(ledger).isEmpty && ledger.takeUncertainCount() == 0)
    }

    @Test func `one that could not be written counts, and has no text`() {
        var ledger = Self.ledger()
        Self.send(1, &ledger)
        ledger.sent(nil, UnsafeRawBufferPointer(start: nil, count: 0), at: 0)
        Self.send(3, &ledger)
        #expect(Self.kept(ledger) == ["text 1", "", "text 3"] && ledger.sentCount == 3)
        ledger.acknowledge(Self.id(3))
        #expect(ledger.count == 0)
    }

    @Test func `beyond the limits the oldest go, once they have left`() {
        var ledger = Self.ledger(countMax: 3)
        for n in 1...5 { Self.send(n, &ledger) }
        #expect(ledger.count == 5)
        ledger.left(upTo: 1)
        Self.send(6, &ledger)
        #expect(Self.kept(ledger) == Self.texts(2...6))
        ledger.left(upTo: 6)
        Self.send(7, &ledger)
        #expect(Self.kept(ledger) == Self.texts(5...7) && ledger.takeUncertainCount() == 4)

        var bytes = Self.ledger(byteCountMax: 20)
        for n in 1...5 {
            Self.send(n, &bytes)
            bytes.left(upTo: bytes.sentCount)
        }
        bytes.trim(at: 0)
        #expect(Self.kept(bytes) == Self.texts(3...5))
    }

    @Test func `what is too old goes`() {
        var ledger = Self.ledger(timeMax: 100)
        Self.send(1, at: 0, &ledger)
        Self.send(2, at: 50, &ledger)
        ledger.left(upTo: 2)
        ledger.trim(at: 99)
        #expect(ledger.count == 2)
        ledger.trim(at: 100)
        #expect(Self.kept(ledger) == ["text 2"])
        ledger.trim(at: 1_000)
        #expect(ledger.count == 0 && ledger.takeUncertainCount() == 2)
    }

    @Test func `a long life costs no memory, and nothing gets mixed up`() {
        var ledger = Self.ledger(countMax: 10)
        var random = Seeded(3)
        var oldest = 1
        for n in 1...5_000 {
            Self.send(n, at: UInt64(n), &ledger)
            ledger.left(upTo: UInt64(n))
            if Int.random(in: 0..<4, using: &random) == 0 {
                let acknowledged = Int.random(in: max(oldest, n - 12)...n, using: &random)
                ledger.acknowledge(Self.id(acknowledged))
                if acknowledged >= n - ledger.count { oldest = max(oldest, acknowledged + 1) }
            }
            ledger.trim(at: UInt64(n))
            oldest = max(oldest, n - 9)
            let expected = oldest <= n ? Self.texts(oldest...n) : []
            guard Self.kept(ledger) == expected else {
                Issue.record("\(n): \(Self.kept(ledger)), not \(expected)")
                return
            }
        }
    }

    // MARK: Received

    @Test func `the last one that was processed is acknowledged`() {
        var ledger = Self.ledger()
        #expect(ledger.lastProcessed == nil)
        for n in 1...3 { ledger.delivered(Self.id(n)) }
        #expect(ledger.lastProcessed == nil)
        ledger.processed(2)
        #expect(ledger.lastProcessed == Self.id(2))
        ledger.processed(9)
        ledger.processed(0)
        #expect(ledger.lastProcessed == Self.id(3))
    }

    @Test func `the last one that has arrived is told to a side that comes back`() {
        var ledger = Self.ledger()
        #expect(ledger.last(without: 0) == nil)
        for n in 1...4 { ledger.delivered(Self.id(n)) }
        ledger.processed(1)
        #expect(ledger.last(without: 0) == Self.id(4))
        #expect(ledger.last(without: 2) == Self.id(2))
        #expect(ledger.last(without: 3) == Self.id(1))
        ledger.retract(2)
        ledger.processed(9)
        #expect(ledger.lastProcessed == Self.id(2) && ledger.last(without: 0) == Self.id(2))
    }

    @Test func `one that cannot be delivered is done with the one before it`() {
        var ledger = Self.ledger()
        ledger.passedOver(Self.id(1))
        #expect(ledger.lastProcessed == Self.id(1))
        ledger.delivered(Self.id(2))
        ledger.passedOver(Self.id(3))
        #expect(ledger.lastProcessed == Self.id(1))
        ledger.processed(1)
        #expect(ledger.lastProcessed == Self.id(3))
    }

    @Test func `to another node nothing is told of what the one before has sent`() {
        var ledger = Self.ledger()
        for n in 1...2 { ledger.delivered(Self.id(n)) }
        ledger.processed(1)
        ledger.forgetReceived()
        #expect(ledger.lastProcessed == nil && ledger.last(without: 0) == nil)
        ledger.processed(1)
        #expect(ledger.lastProcessed == nil)
        ledger.delivered(Self.id(3))
        #expect(ledger.last(without: 0) == Self.id(3))
    }
}
