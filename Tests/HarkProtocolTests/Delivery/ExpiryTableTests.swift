import HarkProtocol
import Testing

struct ExpiryTableTests {
    @Test func `those whose time is over are taken once`() {
        var table = ExpiryTable()
        for n in 1...5 as ClosedRange<UInt64> { table.add(n, until: 100 + n) }
        #expect(table.nextDeadline == 101)
        #expect(table.takeWaiting(at: 100, sentUpTo: 0) == [])
        #expect(table.takeWaiting(at: 103, sentUpTo: 0) == [1, 2, 3])
        #expect(table.takeWaiting(at: 103, sentUpTo: 0) == [])
        #expect(table.nextDeadline == 104)
        #expect(table.takeWaiting(at: 200, sentUpTo: 0) == [4, 5])
        #expect(table.nextDeadline == nil)
    }

    @Test func `a later event may be over earlier`() {
        var table = ExpiryTable()
        table.add(1, until: 300)
        table.add(2, until: 100)
        table.add(3, until: 200)
        #expect(table.nextDeadline == 100)
        #expect(table.takeWaiting(at: 150, sentUpTo: 0) == [2])
        #expect(table.nextDeadline == 200)
        #expect(table.takeWaiting(at: 300, sentUpTo: 0) == [1, 3])
    }

    @Test func `what was sent is only asked for when it would be sent again`() {
        var table = ExpiryTable()
        for n in 1...4 as ClosedRange<UInt64> { table.add(n, until: 100 * n) }
        #expect(table.takeWaiting(at: 350, sentUpTo: 2) == [3])
        #expect(table.takeSent(at: 150) == [1])
        #expect(table.takeSent(at: 250) == [2])
        #expect(table.takeWaiting(at: 400, sentUpTo: 2) == [4])
    }

    @Test func `what is acknowledged takes no memory`() {
        var table = ExpiryTable()
        for n in 1...10_000 as ClosedRange<UInt64> {
            table.add(n, until: n + 1_000)
            _ = table.takeWaiting(at: n, sentUpTo: n)
            if n > 10 { table.forget(upTo: n - 10) }
        }
        #expect(table.entryCount < 2_100 && !table.isEmpty)
        table.forget(upTo: 10_000)
        #expect(table.isEmpty && table.nextDeadline == nil)
        #expect(table.takeWaiting(at: 100_000, sentUpTo: 10_000) == [])
    }
}
