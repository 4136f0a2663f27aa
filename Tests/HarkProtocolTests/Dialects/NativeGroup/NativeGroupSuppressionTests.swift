import HarkProtocol
import HarkWire
import Testing

@Suite struct NativeGroupSuppressionTests {
    @Test(arguments: [1, 5] as [UInt64])
    func `of five hundred receivers that miss the same datagram five ask at most`(delay: UInt64) {
        var counts: [Int] = []
        for seed in 1...UInt64(Sweep.count(1, full: 20, soak: 100)) {
            counts += requestCounts(receiverCount: 500, delay: delay, seed: seed)
        }
        counts.sort()
        #expect(counts[counts.count * 99 / 100] <= 5, "\(counts)")
    }

    // Up to fifty wait briefly, for the sake of one that has lost something alone.
    @Test(arguments: [1, 2, 5] as [UInt64])
    func `of fifty receivers that miss the same datagram few ask mostly, and never all`(delay: UInt64) {
        var counts: [Int] = []
        for seed in 1...UInt64(Sweep.count(10, full: 60, soak: 1_000)) {
            counts += requestCounts(receiverCount: 50, delay: delay, seed: seed)
        }
        counts.sort()
        #expect(counts.reduce(0, +) <= 5 * counts.count, "\(counts)")
        #expect(counts[counts.count * 99 / 100] <= 20, "\(counts)")
    }

    /// How many requests the sender sees for each of a few losses.
    private func requestCounts(receiverCount: Int, delay: UInt64, seed: UInt64) -> [Int] {
        let network = NativeGroupNetwork(receiverCount + 1, NativeGroupConditions(delay: delay), seed: seed) { _ in
            var settings = NativeGroupSettings(group: 7)
            settings.expectedMemberCount = receiverCount
            return settings
        }
        let sender = network.members[0]
        // What receivers say for themselves is of no matter here, and squared.
        network.conditions.isLost = { from, to, bytes in from != 0 && to != 0 && bytes[3] != 3 }
        network.start()
        sender.emit(network.now)
        network.run(1_100)
        var counts: [Int] = []
        for _ in 0..<5 {
            let before = sender.machine.statistics.receivedRequestCount
            network.conditions.isLost = { from, to, bytes in from == 0 || (from != 0 && to != 0 && bytes[3] != 3) }
            sender.emit(network.now)
            network.run(1)
            network.conditions.isLost = { from, to, bytes in from != 0 && to != 0 && bytes[3] != 3 }
            sender.emit(network.now)
            network.run(30 + 20 * delay)
            counts.append(sender.machine.statistics.receivedRequestCount - before)
        }
        network.run(300)
        #expect(network.members.dropFirst().allSatisfy { $0.heard[sender.id]?.count == sender.emitted.count })
        return counts
    }

    @Test func `who hears its question asked stays silent, also when it is not answered`() {
        let network = NativeGroupNetwork(51, seed: 3) { _ in
            var settings = NativeGroupSettings(group: 7)
            settings.expectedMemberCount = 50
            return settings
        }
        network.start()
        network.members[0].emit(network.now)
        network.run(1_000)
        let before = network.members.map { $0.machine.statistics.sentRequestCount }.reduce(0, +)
        // Nobody receives the datagram, and nobody the repairs.
        network.conditions.isLost = { from, _, bytes in from == 0 && bytes[3] & 0x1F == 1 }
        network.members[0].emit(network.now)
        network.run(500)
        let after = network.members.map { $0.machine.statistics.sentRequestCount }.reduce(0, +)
        // The few that have asked ask again without waiting for others.
        #expect(after > before && after - before <= 100, "\(after - before): fifty at a time would be hundreds")
        network.conditions.isLost = { _, _, _ in false }
        network.run(500)
        network.expectAll()
    }

    @Test func `a thousand members say no more each than a few do`() {
        // Each hears all others; one of them is watched.
        let count = 1_000
        let member = NativeGroupMember(0, NativeGroupSettings(group: 7), seed: 1)
        var now = Instant(milliseconds: 0)
        member.start(now)
        var others: [(member: NativeGroupMember, bytes: [UInt8])] = []
        for index in 1..<count {
            let other = NativeGroupMember(index, NativeGroupSettings(group: 7), seed: UInt64(index) + 1)
            other.start(now)
            if let bytes = other.collect(now).first?.bytes { others.append((other, bytes)) }
        }
        for (other, bytes) in others { member.receive(bytes, from: other.address, now) }
        #expect(member.machine.members.count == count - 1)
        var sentCount = 0
        for _ in 0..<600_000 {
            now = now + 1
            guard let deadline = member.machine.deadline, deadline <= now else { continue }
            member.advance(now)
            sentCount += member.collect(now).count
            // The others are there.
            for (other, bytes) in others { member.receive(bytes, from: other.address, now) }
        }
        // 999 others at this rate: 8 a second are heard of all together.
        #expect(sentCount >= 4 && sentCount <= 30, "\(sentCount)")
    }
}
