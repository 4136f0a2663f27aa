import HarkProtocol
import Testing

@Suite struct UhuraLedgerTests {
    private static func id(_ number: Int) -> MessageIdentifier { MessageIdentifier(random: 1, UInt64(number)) }

    // MARK: Sent

    @Test func `what is acknowledged out of order counts when all before it is`() {
        var ledger = UhuraLedger()
        for number in 0..<3 { _ = ledger.next { Self.id(number) } }
        ledger.acknowledge(Self.id(1))
        #expect(ledger.takeDone() == 0 && ledger.count == 3)
        ledger.acknowledge(Self.id(0))
        #expect(ledger.takeDone() == 2 && ledger.count == 1)
        ledger.acknowledge(Self.id(0))
        ledger.acknowledge(Self.id(9))
        #expect(ledger.takeDone() == 0)
        ledger.acknowledge(Self.id(2))
        #expect(ledger.takeDone() == 1 && ledger.count == 0)
    }

    @Test func `over another connection what is not acknowledged has the id that it had`() {
        var ledger = UhuraLedger()
        for number in 0..<4 { _ = ledger.next { Self.id(number) } }
        ledger.acknowledge(Self.id(0))
        ledger.acknowledge(Self.id(2))
        #expect(ledger.takeDone() == 1)
        ledger.rewind()
        var ids: [MessageIdentifier?] = []
        for number in 1..<5 { ids.append(ledger.next { Self.id(10 + number) }) }
        #expect(ids == [Self.id(1), nil, Self.id(3), Self.id(14)])
    }

    @Test func `what is acknowledged before it is written again is done when its turn has come`() {
        var ledger = UhuraLedger()
        for number in 0..<3 { _ = ledger.next { Self.id(number) } }
        ledger.acknowledge(Self.id(1))
        ledger.acknowledge(Self.id(2))
        ledger.rewind()
        #expect(ledger.next { Self.id(9) } == Self.id(0))
        ledger.acknowledge(Self.id(0))
        // The others have not been passed over yet.
        #expect(ledger.takeDone() == 1)
        #expect(ledger.next { Self.id(9) } == nil && ledger.next { Self.id(9) } == nil)
        #expect(ledger.takeDone() == 2 && ledger.count == 0)
        #expect(ledger.next { Self.id(9) } == Self.id(9))
    }

    @Test func `without ids nothing is waited for, and later events have their own`() {
        var ledger = UhuraLedger()
        for number in 0..<3 { _ = ledger.next { Self.id(number) } }
        ledger.abandon()
        #expect(ledger.count == 0 && ledger.takeDone() == 0)
        #expect(ledger.next { Self.id(5) } == Self.id(5))
        ledger.acknowledge(Self.id(1))
        #expect(ledger.takeDone() == 0)
        ledger.acknowledge(Self.id(5))
        #expect(ledger.takeDone() == 1)
    }

    @Test func `any order of writing, acknowledging and losing the connection keeps the account`() {
        for seed in 1...Sweep.count(200, full: 20_000, soak: 1_000_000) {
            var random = Seeded(seed)
            var ledger = UhuraLedger()
            // The ids of all events, how many are written over this connection, and how many are done.
            var (all, written, done): ([MessageIdentifier], Int, Int) = ([], 0, 0)
            var acknowledged: Set<Int> = []
            for _ in 0..<300 {
                switch Int.random(in: 0..<20, using: &random) {
                case 0:
                    ledger.rewind()
                    done += ledger.takeDone()
                    written = done
                case 1..<12:
                    let fresh = Self.id(all.count)
                    let isNew = written == all.count
                    let id = ledger.next { fresh }
                    if isNew { all.append(fresh) }
                    #expect(id == (acknowledged.contains(written) ? nil : all[written]))
                    written += 1
                default:
                    guard written > 0 else { continue }
                    let index = Int.random(in: 0..<written, using: &random)
                    acknowledged.insert(index)
                    ledger.acknowledge(all[index])
                }
                done += ledger.takeDone()
                #expect(done == (0..<written).first { !acknowledged.contains($0) } ?? written)
            }
        }
    }

    // MARK: Received

    @Test func `an event is new once, in work until it is processed, and known for a while`() {
        var ledger = UhuraLedger()
        #expect(ledger.arrived(Self.id(1)) == .new)
        ledger.delivered(Self.id(1))
        ledger.delivered(nil)
        #expect(ledger.arrived(Self.id(1)) == .inWork && ledger.workCount == 2)
        var done: [MessageIdentifier] = []
        ledger.processed(1) { done.append($0) }
        #expect(done == [Self.id(1)] && ledger.arrived(Self.id(1)) == .processed)
        ledger.processed(5) { done.append($0) }
        #expect(done.count == 1 && ledger.workCount == 0)
    }

    @Test func `what did not reach its listeners is new when it comes again`() {
        var ledger = UhuraLedger()
        for number in 0..<3 {
            #expect(ledger.arrived(Self.id(number)) == .new)
            ledger.delivered(Self.id(number))
        }
        ledger.retract(2)
        let again = (0..<3).map { ledger.arrived(Self.id($0)) }
        #expect(again == [.inWork, .new, .new])
        ledger.forget(Self.id(1))
        #expect(ledger.arrived(Self.id(1)) == .new)
    }

    @Test func `as many processed ids are known as may be under way, and all that are in work`() {
        var ledger = UhuraLedger()
        let count = UhuraLedger.recentCountMax
        let workCount = 2 * count
        for number in 0..<workCount {
            _ = ledger.arrived(Self.id(number))
            ledger.delivered(Self.id(number))
        }
        #expect(ledger.arrived(Self.id(0)) == .inWork)
        ledger.processed(workCount) { _ in }
        #expect(ledger.knownCount == count)
        #expect(ledger.arrived(Self.id(count)) == .processed && ledger.arrived(Self.id(workCount - 1)) == .processed)
        #expect(ledger.arrived(Self.id(count - 1)) == .new)
    }
}
