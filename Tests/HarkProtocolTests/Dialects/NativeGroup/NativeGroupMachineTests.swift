import HarkProtocol
import HarkWire
import Testing

@Suite struct NativeGroupMachineTests {
    @Test func `events go from each to all others, in order`() {
        let network = NativeGroupNetwork(3)
        network.start()
        network.run(50) { step in
            for member in network.members { member.emit(byteCount: 20 + Int(step), network.now) }
        }
        network.run(20)
        network.expectAll()
        #expect(network.members.allSatisfy { $0.joined.count == 2 && $0.left.isEmpty && $0.refused.isEmpty })
        #expect(network.members[0].machine.members.count == 2)
        let statistics = network.members[0].machine.statistics
        #expect(statistics.sentEventCount == 50 && statistics.receivedEventCount == 100)
        #expect(statistics.queuedByteCount == 0 && statistics.repairedDatagramCount == 0)
    }

    @Test func `names are kept, also where they change within a datagram`() {
        let network = NativeGroupNetwork(2)
        let names = ["", "a", "a", "tick", "tock", "tock", String(repeating: "n", count: 255), "häuser", "häuser"]
        network.start()
        for name in names { network.members[0].emit(named: name, network.now) }
        network.run(5)
        #expect(network.members[1].heard[network.members[0].id]?.map(\.name) == names)
    }

    @Test func `an event longer than a datagram spans several`() {
        let network = NativeGroupNetwork(2)
        network.start()
        network.run(20) { step in
            network.members[0].emit(byteCount: Int(step) * 7_001, network.now)
            network.members[0].emit(byteCount: 12, network.now)
        }
        network.run(20)
        network.expectAll()
    }

    @Test(arguments: [512, 577, 1_472, 9_000, 65_507])
    func `every length of an event passes every length of a datagram`(byteCount: Int) {
        let network = NativeGroupNetwork(2) { _ in
            var settings = NativeGroupSettings(group: 7)
            settings.datagramByteCount = byteCount
            return settings
        }
        network.start()
        network.run(3) { _ in
            for length in stride(from: 8, through: 2 * byteCount + 40, by: max(byteCount / 97, 1)) {
                network.members[0].emit(byteCount: length, network.now)
            }
        }
        network.run(5)
        network.expectAll()
    }

    @Test func `full datagrams lie behind each other and go in one run`() {
        let member = NativeGroupMember(0, NativeGroupSettings(group: 7), seed: 1)
        let now = Instant(milliseconds: 1)
        member.start(now)
        _ = member.collect(now)
        for _ in 0..<1_000 { member.emit(byteCount: 100, now) }
        var runs: ContiguousArray<DatagramRun> = []
        member.machine.collect(into: &runs, byteCountMax: 1 << 20, now: now)
        #expect(runs.count == 1)
        #expect(runs[0].segmentByteCount == 1_472 && runs[0].count == 72)
        // Only some have left: the others are collected again.
        member.machine.sent(69, now: now)
        runs = []
        member.machine.collect(into: &runs, byteCountMax: 2_000, now: now)
        #expect(runs.count == 1 && runs[0].count == 1)
        member.machine.sent(0, now: now)
        runs = []
        member.machine.collect(into: &runs, byteCountMax: 1 << 20, now: now)
        #expect(runs.reduce(0) { $0 + $1.count } == 3)
        member.machine.sent(3, now: now)
        let statistics = member.machine.statistics
        #expect(statistics.sentEventCount == 1_000 && statistics.queuedEventCount == 0)
        #expect(statistics.queuedByteCount == 0)
    }

    @Test func `what cannot be sent is refused with its reason`() {
        var settings = NativeGroupSettings(group: 7)
        settings.repairByteCount = 64 << 10
        settings.queueByteCount = 32 << 10
        settings.messageByteCount = 10_000
        let member = NativeGroupMember(0, settings, seed: 1)
        let now = Instant(milliseconds: 1)
        #expect(member.emit(now) == .stopped)
        member.start(now)
        #expect(member.emit(named: String(repeating: "n", count: 256), now) == .nameTooLong)
        #expect(member.emit(byteCount: 10_000, now) == .tooLarge)
        var acceptedCount = 0
        while member.emit(byteCount: 1_000, now) == .accepted { acceptedCount += 1 }
        #expect(member.emit(byteCount: 1_000, now) == .queueFull)
        #expect(acceptedCount >= 30 && acceptedCount <= 33)
        #expect(member.machine.statistics.queuedEventCount == acceptedCount)
        // It goes on when it has left.
        _ = member.collect(now)
        #expect(member.emit(byteCount: 1_000, now) == .accepted)
        member.machine.stop(now: now)
        #expect(member.emit(now) == .stopped)
    }

    // MARK: Joining and leaving

    @Test func `what is sent again for one who came late is not where another one begins`() {
        let network = NativeGroupNetwork(3, seed: 4) { index in
            var settings = NativeGroupSettings(group: 7)
            settings.joinPoint = index == 1 ? .stored : .live
            return settings
        }
        network.members[0].start(network.now)
        for _ in 0..<3 { network.members[0].emit(named: "early", network.now) }
        network.run(100)
        for member in network.members[1...] { member.start(network.now) }
        network.run(1_000)
        network.members[0].emit(named: "late", network.now)
        network.run(1_000)
        let sender = network.members[0].id
        #expect(network.members[1].heard[sender]?.map(\.name) == ["early", "early", "early", "late"])
        #expect(network.members[2].heard[sender]?.map(\.name) == ["late"])
    }

    @Test func `a late joiner hears what begins after it has come, or all that is stored`() {
        for joinPoint in [NativeGroupSettings.JoinPoint.live, .stored] {
            let network = NativeGroupNetwork(2) { _ in
                var settings = NativeGroupSettings(group: 7)
                settings.joinPoint = joinPoint
                settings.repairByteCount = 128 << 10
                settings.queueByteCount = 64 << 10
                return settings
            }
            let (sender, late) = (network.members[0], network.members[1])
            sender.start(network.now)
            network.run(200) { _ in sender.emit(byteCount: 3_000, network.now) }
            late.start(network.now)
            network.run(100) { step in if step > 50 { sender.emit(byteCount: 3_000, network.now) } }
            network.run(100)
            let numbers = late.heard[sender.id]?.map(\.number) ?? []
            #expect(numbers.last == 248)
            #expect(numbers == Array((numbers.first ?? 0)...248))
            let first = numbers.first ?? 0
            if joinPoint == .stored { #expect(first > 100 && first < 190) } else { #expect(first >= 199) }
            #expect(late.lost.isEmpty && late.vagueCount == 0)
        }
    }

    @Test func `a member that leaves says so when all it has sent is there`() {
        let network = NativeGroupNetwork(3)
        network.start()
        network.run(10)
        // The last datagrams are lost at one receiver.
        network.conditions.isLost = { sender, receiver, _ in sender == 0 && receiver == 1 }
        for _ in 0..<100 { network.members[0].emit(byteCount: 100, network.now) }
        network.run(2)
        network.conditions.isLost = { _, _, _ in false }
        let id = network.members[0].id
        network.members[0].machine.stop(now: network.now)
        network.run(100)
        for receiver in network.members.dropFirst() {
            #expect(receiver.heard[id]?.count == 100)
            #expect(receiver.left == [id] && receiver.lost.isEmpty)
        }
        #expect(network.members[0].machine.deadline == nil)
    }

    @Test func `a member that falls silent has left, and is back when it is heard again`() {
        let network = NativeGroupNetwork(2)
        network.start()
        network.run(2_000) { step in if step % 100 == 0 { network.members[0].emit(network.now) } }
        network.conditions.isCut = { _, _ in true }
        for _ in 0..<5 { network.members[0].emit(network.now) }
        network.run(7_000)
        let id = network.members[0].id
        #expect(network.members[1].left == [id])
        #expect(network.members[1].machine.members.isEmpty)
        network.conditions.isCut = { _, _ in false }
        network.run(2_000)
        #expect(network.members[1].joined == [id, id])
        network.expectAll()
    }

    @Test func `a restarted member is another one, and its events are not those of the old one`() {
        let network = NativeGroupNetwork(2)
        network.start()
        network.run(20) { _ in network.members[0].emit(network.now) }
        network.run(5)
        let old = network.members[0].id
        network.members[0].machine.stop(now: network.now)
        network.run(5)
        network.members[0].start(network.now)
        network.run(20) { _ in network.members[0].emit(network.now) }
        network.run(50)
        network.expectAll()
        #expect(old != network.members[0].id)
        #expect(network.members[1].heard[old]?.count == 20)
        #expect(network.members[1].left == [old])
    }

    @Test func `a member that is stopped says, hears and wants nothing`() {
        let network = NativeGroupNetwork(2)
        network.start()
        var recorded: [[UInt8]] = []
        network.watch = { sender, bytes in if sender == 0 { recorded.append(bytes) } }
        network.run(10) { _ in network.members[0].emit(network.now) }
        let stopped = NativeGroupMember(2, NativeGroupSettings(group: 7), seed: 9)
        for bytes in recorded { stopped.receive(bytes, from: network.members[0].address, network.now) }
        stopped.machine.advance(to: network.now)
        stopped.machine.stop(now: network.now)
        #expect(stopped.joined.isEmpty && stopped.heard.isEmpty && stopped.machine.deadline == nil)
        #expect(stopped.collect(network.now).isEmpty && stopped.machine.statistics.receivedDatagramCount == 0)
        // One that leaves still answers requests, and hears nothing.
        let leaving = network.members[1]
        let heardCount = leaving.heard[network.members[0].id]?.count
        leaving.machine.stop(now: network.now)
        network.run(10) { _ in network.members[0].emit(network.now) }
        #expect(leaving.heard[network.members[0].id]?.count == heardCount)
        network.run(100)
        #expect(leaving.machine.deadline == nil && leaving.collect(network.now).isEmpty)
    }

    // MARK: What is not for it

    @Test func `other groups, other versions, other programs and unknown kinds are passed over`() {
        let network = NativeGroupNetwork(2) { NativeGroupSettings(group: UInt32($0)) }
        network.start()
        var seen: [UInt8] = []
        network.watch = { sender, bytes in if sender == 0 { seen = bytes } }
        network.run(5) { _ in network.members[0].emit(network.now) }
        let receiver = network.members[1]
        #expect(receiver.joined.isEmpty && receiver.refused.isEmpty)
        let source = network.members[0].address
        var version = seen
        version[2] = 9
        receiver.receive(version, from: source, network.now)
        receiver.receive(Array("{\"hello\":1}".utf8), from: source, network.now)
        receiver.receive([], from: source, network.now)
        receiver.receive(Array("more".utf8), from: source, network.now)
        #expect(receiver.refused.map(\.reason) == [.version, .malformed])
        #expect(receiver.machine.statistics.refused == [.version: 1, .malformed: 3])
        for kind in [8, 9, 31] as [UInt8] {
            var unknown = seen
            unknown[3] = kind
            unknown[4] = 1
            receiver.receive(unknown, from: source, network.now)
        }
        #expect(receiver.machine.unknownKindCount == 3)
        // What comes back from the network is not heard.
        network.members[0].receive(seen, from: source, network.now)
        #expect(network.members[0].heard.isEmpty && network.members[0].joined.isEmpty)
    }

    // MARK: Listeners

    @Test func `a listener that stops, and starts again, still reads its event`() {
        let (sender, receiver) = (
            NativeGroupMember(0, NativeGroupSettings(group: 7), seed: 1),
            NativeGroupMember(1, NativeGroupSettings(group: 7), seed: 2)
        )
        let now = Instant(milliseconds: 5)
        sender.start(now)
        receiver.start(now)
        for (bytes, _) in sender.collect(now) { receiver.receive(bytes, from: sender.address, now) }
        var datagrams: [[UInt8]] = []
        for _ in 0..<2 {
            sender.emit(byteCount: 1_000, now)
            datagrams += sender.collect(now).map(\.bytes)
        }
        receiver.receive(datagrams[1], from: sender.address, now)
        datagrams[0].withUnsafeBytes { bytes in
            receiver.machine.receive(bytes, from: sender.address, now: now)
            _ = receiver.machine.nextEffect()
            // This one has waited for the first, and lies in memory of the machine's.
            guard case .event(let event)? = receiver.machine.nextEffect() else {
                Issue.record("no second event")
                return
            }
            let before = Array(event.arguments)
            receiver.machine.stop(now: now)
            receiver.machine.start(now: now)
            // Whoever takes memory now writes to what was given back.
            let other = (0..<8).map { _ in [UInt8](repeating: 0xFF, count: datagrams[1].count - 16 - 32) }
            let taken = UnsafeMutableRawBufferPointer.allocate(byteCount: datagrams[1].count - 16, alignment: 8)
            taken.initializeMemory(as: UInt8.self, repeating: 0xFF)
            #expect(Array(event.arguments) == before && other.count == 8)
            taken.deallocate()
            #expect(receiver.machine.nextEffect() == nil)
        }
    }
}
