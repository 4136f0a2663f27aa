import HarkProtocol
import HarkWire
import Testing

@Suite struct NativeGroupFlowTests {
    private func settings(_ change: (inout NativeGroupSettings) -> Void) -> NativeGroupSettings {
        var settings = NativeGroupSettings(group: 7)
        settings.repairByteCount = 512 << 10
        settings.queueByteCount = 128 << 10
        change(&settings)
        return settings
    }

    @Test func `a sender waits for the slowest of the tagged receivers, and names it`() {
        let network = NativeGroupNetwork(3) { index in
            settings {
                $0.flowControl = index == 0 ? .slowestTagged : .none
                $0.isTagged = index > 0
            }
        }
        let sender = network.members[0]
        network.start()
        network.run(500) { _ in sender.emit(byteCount: 1_000, network.now) }
        // One stops hearing, and is heard of no more.
        network.conditions.isCut = { $0 == 2 || $1 == 2 }
        var refusedAt: UInt64?
        let begin = network.now.milliseconds
        network.run(2_000) { _ in
            if sender.emit(byteCount: 1_000, network.now) == .queueFull, refusedAt == nil {
                refusedAt = network.now.milliseconds
            }
        }
        #expect(refusedAt != nil)
        #expect(sender.congestion.first?.member == network.members[2].id)
        // What fits the window leaves first; then the one that is behind is named within a second.
        #expect((sender.congestion.first?.at ?? .max) <= begin + 1_000)
        network.conditions.isCut = { _, _ in false }
        network.run(3_000)
        #expect(sender.congestion.last?.member == nil)
        network.expectAll()
    }

    @Test func `a tagged receiver that is gone is named and not waited for any more`() {
        let network = NativeGroupNetwork(2) { index in
            settings {
                $0.flowControl = .slowestTagged
                $0.isTagged = index == 1
            }
        }
        let sender = network.members[0]
        network.start()
        network.run(100) { _ in sender.emit(byteCount: 1_000, network.now) }
        network.conditions.isCut = { _, _ in true }
        network.run(9_000) { _ in sender.emit(byteCount: 1_000, network.now) }
        #expect(sender.left == [network.members[1].id] || sender.refused.contains { $0.reason == .expired })
        #expect(sender.congestion.count == 2 && sender.congestion.last?.member == nil)
        #expect(sender.emit(network.now) == .accepted)
        #expect(sender.machine.statistics.queuedEventCount < 10)
    }

    @Test func `a slow receiver holds up nobody who is not to wait for it`() {
        func heardCount(isSlow: Bool) -> (events: Int, sender: NativeGroupMember) {
            let network = NativeGroupNetwork(3) { _ in settings { _ in } }
            let sender = network.members[0]
            var random = SplitMix(seed: 3)
            // Half of all is lost on the way to one of them.
            network.conditions.isLost = { _, to, _ in
                isSlow && to == 2 && Double.random(in: 0..<1, using: &random) < 0.5
            }
            network.start()
            network.run(1_000) { _ in for _ in 0..<5 { sender.emit(byteCount: 1_000, network.now) } }
            network.run(5)
            return (network.members[1].heard[sender.id]?.count ?? 0, sender)
        }
        let baseline = heardCount(isSlow: false)
        let slow = heardCount(isSlow: true)
        #expect(baseline.events == 5_000)
        #expect(slow.events * 100 >= baseline.events * 95)
        #expect(baseline.sender.refused.isEmpty)
        let slowAddress = DatagramAddress(ipv4: 0x0A00_0003, port: 9_000)
        #expect(slow.sender.refused.map(\.reason) == [.repairRequest])
        #expect(slow.sender.refused.first?.source == slowAddress)
        let statistics = slow.sender.machine.statistics
        let original = statistics.sentByteCount - statistics.repairedByteCount
        #expect(statistics.repairedByteCount <= original / 4 + (64 << 10))
    }

    @Test func `what leaves keeps to a rate`() {
        let network = NativeGroupNetwork(2) { _ in
            settings {
                $0.byteRate = 100_000
                $0.burstByteCount = 10_000
            }
        }
        let sender = network.members[0]
        network.start()
        for _ in 0..<100 { sender.emit(byteCount: 1_000, network.now) }
        network.run(500)
        let halfway = network.members[1].heard[sender.id]?.count ?? 0
        #expect(halfway >= 50 && halfway <= 62, "\(halfway)")
        network.run(600)
        network.expectAll()
    }

    @Test func `repairs keep to the rate as well, and leave though nothing else does`() {
        let network = NativeGroupNetwork(2) { _ in
            settings {
                $0.byteRate = 50_000
                $0.burstByteCount = 3_000
            }
        }
        let sender = network.members[0]
        network.start()
        network.run(50)
        network.conditions.isLost = { from, _, bytes in from == 0 && bytes[3] & 0x1F == 1 }
        for _ in 0..<10 { sender.emit(byteCount: 1_000, network.now) }
        network.run(250)
        network.conditions.isLost = { _, _, _ in false }
        network.run(2_000)
        network.expectAll()
    }

    @Test func `tagged receivers of a sender that is seldom heard are waited for all the time`() {
        let network = NativeGroupNetwork(2) { index in
            settings {
                $0.heartbeat = 60_000
                $0.flowControl = .slowestTagged
                $0.isTagged = index == 1
            }
        }
        let sender = network.members[0]
        network.start()
        network.run(100) { _ in sender.emit(byteCount: 1_000, network.now) }
        network.run(20_000)
        #expect(sender.refused.isEmpty)
        network.expectAll()
    }

    @Test func `a report that comes after its member's goodbye holds up nobody`() {
        let network = NativeGroupNetwork(2) { index in
            settings {
                $0.flowControl = .slowestTagged
                $0.isTagged = index == 1
            }
        }
        let (sender, receiver) = (network.members[0], network.members[1])
        var report: [UInt8] = []
        network.watch = { from, bytes in if from == 1, bytes[3] == 4 { report = bytes } }
        network.start()
        network.run(100) { _ in sender.emit(byteCount: 1_000, network.now) }
        receiver.machine.stop(now: network.now)
        network.run(100)
        #expect(sender.left.count == 1 && !report.isEmpty)
        sender.receive(report, from: receiver.address, network.now)
        network.run(7_000) { _ in sender.emit(byteCount: 1_000, network.now) }
        #expect(sender.refused.isEmpty && sender.congestion.isEmpty)
    }

    @Test func `a sender that can send nothing has nothing to do when nobody is waited for any more`() {
        let network = NativeGroupNetwork(2) { index in
            settings {
                $0.flowControl = .slowestTagged
                $0.isTagged = index == 1
            }
        }
        let sender = network.members[0]
        network.start()
        network.run(100) { _ in sender.emit(byteCount: 1_000, network.now) }
        network.conditions.isCut = { _, _ in true }
        for _ in 0..<10 {
            while sender.emit(byteCount: 1_000, network.now) == .accepted {}
            _ = sender.collect(network.now)
        }
        #expect(sender.emit(byteCount: 1_000, network.now) == .queueFull && sender.congestion.isEmpty)
        // The socket takes nothing, and nobody has looked at the time meanwhile.
        let now = network.now + 20_000
        for _ in 0..<3 {
            sender.machine.advance(to: now)
            sender.drain(now)
        }
        #expect(sender.machine.deadline ?? now + 1 > now)
    }

    @Test func `what nobody wants any more is not sent again before what is missing now`() {
        let network = NativeGroupNetwork(2) { _ in settings { _ in } }
        let (sender, receiver) = (network.members[0], network.members[1])
        network.start()
        network.run(100)
        // More is lost than may be sent again.
        network.conditions.isLost = { from, _, bytes in from == 0 && bytes[3] & 0x1F == 1 }
        for _ in 0..<3 { network.run(10) { step in for _ in 0..<10 { sender.emit(byteCount: 1_000, network.now) } } }
        network.conditions.isLost = { _, _, _ in false }
        network.run(6_000)
        let lostCount = receiver.lost[sender.id] ?? 0
        #expect(lostCount > 50)
        network.run(100) { step in
            network.conditions.isLost = { from, _, bytes in step % 10 == 5 && from == 0 && bytes[3] & 0x1F == 1 }
            sender.emit(byteCount: 1_000, network.now)
        }
        network.conditions.isLost = { _, _, _ in false }
        network.run(5_000)
        #expect(receiver.lost[sender.id] == lostCount)
        network.expectAll(isComplete: false)
    }

    @Test(arguments: [512, 1_472, 65_507])
    func `the longest event fits the smallest store`(byteCount: Int) {
        let network = NativeGroupNetwork(2) { _ in
            settings {
                $0.datagramByteCount = byteCount
                $0.repairByteCount = 0
                $0.queueByteCount = .max
            }
        }
        network.start()
        let name = String(repeating: "n", count: 255)
        let length = min(4 * byteCount - 255, 255_000)
        network.run(50) { step in
            if step % 5 == 4 {
                #expect(network.members[0].emit(named: name, byteCount: length, network.now) == .accepted)
            }
        }
        network.run(50)
        network.expectAll()
    }
}
