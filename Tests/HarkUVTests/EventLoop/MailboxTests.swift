import Foundation
import HarkUV
import HarkWire
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2)))
struct MailboxTests {
    /// Writes down the records it gets.
    @EventLoop
    final class Receiver: RecordReceiver {
        let target = MailboxTarget()
        let journal = Journal<[UInt8]>()

        init() { target.receiver = self }

        nonisolated func receive(record: UnsafeRawBufferPointer) {
            EventLoop.enter((self, Array(record))) { $0.journal.add($1) }
        }

        func close() { target.receiver = nil }
    }

    static func post(_ bytes: [UInt8], to target: MailboxTarget) -> Bool {
        let scratch = EventLoop.executor.takeScratch()
        bytes.withUnsafeBytes { scratch.arguments.bytes.append($0) }
        return EventLoop.executor.post(scratch, to: target)
    }

    @EventLoop static func entries(of receiver: Receiver) -> [[UInt8]] { receiver.journal.entries }

    @Test func `records arrive in the order of posting, ahead of jobs enqueued later`() async {
        let receiver = await Receiver()
        let target = receiver.target
        for round in 0..<50 {
            for number in 0..<20 { #expect(Self.post([UInt8(round), UInt8(number)], to: target)) }
            let count = await Self.entries(of: receiver).count
            #expect(count == (round + 1) * 20)
        }
        let entries = await Self.entries(of: receiver)
        var expected: [[UInt8]] = []
        for round: UInt8 in 0..<50 {
            for number: UInt8 in 0..<20 { expected.append([round, number]) }
        }
        #expect(entries == expected)
        await receiver.close()
    }

    @Test func `each thread's records stay in order`() async {
        let receiver = await Receiver()
        let target = receiver.target
        let threads = 4
        let each = 2000
        await withTaskGroup(of: Void.self) { group in
            for thread in 0..<threads {
                group.addTask {
                    for number in 0..<each {
                        var record = [UInt8(thread), UInt8(number & 255), UInt8(number >> 8)]
                        // Chunks of many fill levels.
                        record += [UInt8](repeating: 0, count: number % 300)
                        #expect(Self.post(record, to: target))
                        if number % 64 == 0 { _ = await Self.entries(of: receiver).count }
                    }
                }
            }
        }
        let entries = await Self.entries(of: receiver)
        #expect(entries.count == threads * each)
        for thread in 0..<threads {
            let numbers = entries.filter { $0[0] == UInt8(thread) }.map { Int($0[1]) | Int($0[2]) << 8 }
            #expect(numbers == Array(0..<each))
        }
        await receiver.close()
    }

    @Test func `a record larger than a chunk arrives whole`() async {
        let receiver = await Receiver()
        let record = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(Self.post(record, to: receiver.target))
        #expect(await Self.entries(of: receiver) == [record])
        await receiver.close()
    }

    @Test func `posting from within encoding works`() async {
        let receiver = await Receiver()
        let outer = EventLoop.executor.takeScratch()
        outer.arguments.bytes.append(1)
        #expect(Self.post([2], to: receiver.target))
        outer.arguments.bytes.append(1)
        #expect(EventLoop.executor.post(outer, to: receiver.target))
        #expect(await Self.entries(of: receiver) == [[2], [1, 1]])
        await receiver.close()
    }

    @Test func `a discarded scratch leaves nothing behind`() async {
        let receiver = await Receiver()
        let scratch = EventLoop.executor.takeScratch()
        scratch.arguments.bytes.append(9)
        EventLoop.executor.discard(scratch)
        #expect(Self.post([1], to: receiver.target))
        #expect(await Self.entries(of: receiver) == [[1]])
        await receiver.close()
    }

    @Test func `a full mailbox refuses records and takes them again when it is drained`() async {
        await #expect(processExitsWith: .success) {
            let receiver = await Receiver()
            let target = receiver.target
            let (isBlocked, goOn) = (Tally(), Tally())
            Task { @EventLoop in
                isBlocked.add()
                goOn.wait()
            }
            isBlocked.wait()
            let record = [UInt8](repeating: 7, count: 1024 * 1024)
            var accepted = 0
            while Self.post(record, to: target) { accepted += 1 }
            #expect(accepted == 63)
            goOn.add()
            let count = await Self.entries(of: receiver).count
            #expect(count == accepted)
            #expect(Self.post([1], to: target))
        }
    }

    @Test func `records for a receiver that has closed are dropped and their target is freed`() async {
        let receiver = await Receiver()
        weak var weakTarget: MailboxTarget?
        do {
            let target = MailboxTarget()
            weakTarget = target
            #expect(Self.post([1], to: target))
        }
        await receiver.close()
        #expect(Self.post([1], to: receiver.target))
        #expect(await Self.entries(of: receiver).isEmpty)
        #expect(weakTarget == nil)
    }

    @Test func `what is posted while loops come and go arrives`() async {
        await #expect(processExitsWith: .success) {
            let receiver = await Receiver()
            let target = receiver.target
            let posted = Tally()
            for _ in 0..<4 {
                Thread {
                    for number in 0..<500 {
                        #expect(Self.post([UInt8(number & 255)], to: target))
                        if number % 16 == 0 { EventLoop.stop() }
                    }
                    posted.add()
                }.start()
            }
            for _ in 0..<200 { try EventLoop.run { await Task.yield() } }
            posted.wait(for: 4)
            let count = await Self.entries(of: receiver).count
            #expect(count == 2000)
        }
    }
}
