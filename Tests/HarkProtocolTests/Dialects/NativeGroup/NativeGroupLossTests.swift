import HarkProtocol
import HarkWire
import Testing

@Suite struct NativeGroupLossTests {
    /// How many seeds each sweep takes.
    private static let seeds = 1...UInt64(Sweep.count(3, full: 30, soak: 1_000))

    @Test(arguments: [0.001, 0.01, 0.1, 0.2], seeds)
    func `at any loss everything is delivered or reported, in order, and none twice`(loss: Double, seed: UInt64) {
        let burst = Double(1 + seed % 4)
        let network = NativeGroupNetwork(
            3, NativeGroupConditions(jitter: seed % 3, duplication: 0.02), seed: seed)
        network.start()
        // Everybody has heard of everybody.
        network.run(100)
        (network.conditions.loss, network.conditions.burst) = (loss, burst)
        network.run(400) { step in
            for member in network.members {
                for _ in 0..<3 { member.emit(byteCount: 150, network.now) }
                if step % 50 == 0 { member.emit(byteCount: 20_000, network.now) }
            }
        }
        network.run(4_000)
        // Where heartbeats are lost in a row as well, nobody knows what is missing: all rows end.
        network.conditions.loss = 0
        network.run(6_000)
        network.expectAll(isComplete: loss <= 0.01)
        for member in network.members {
            let statistics = member.machine.statistics
            let original = statistics.sentByteCount - statistics.repairedByteCount
            #expect(statistics.repairedByteCount <= original / 4 + (64 << 10))
        }
        expectQuiet(network)
    }

    /// Nothing moves any more but signs of life.
    private func expectQuiet(_ network: NativeGroupNetwork) {
        let before = network.sentCount
        network.run(3_000)
        #expect(network.sentCount - before <= 4 * network.members.count)
    }

    // More members than there are: a lone one that has lost something waits as long as in a group of so many.
    @Test(arguments: [1, 2, 5] as [UInt64], [1, 20, 50])
    func `at one loss in a hundred, repairs come within five round trips and two milliseconds`(
        delay: UInt64, memberCount: Int
    ) {
        var repaired: [UInt64] = []
        // Few are lost twice or three times, and each holds up those behind it: it takes some to be sure.
        for seed in 1...UInt64(Sweep.count(8, full: 30, soak: 300)) {
            let network = NativeGroupNetwork(3, NativeGroupConditions(delay: delay), seed: seed) { _ in
                var settings = NativeGroupSettings(group: 7)
                settings.expectedMemberCount = memberCount
                return settings
            }
            network.start()
            network.run(100)
            network.conditions.loss = 0.01
            network.run(4_000) { _ in network.members[0].emit(byteCount: 1_000, network.now) }
            network.run(2_000)
            network.expectAll()
            // Those that came at once were not lost, and those right behind a lost one waited for it.
            repaired += network.latencies().filter { $0 > delay }
            let statistics = network.members[0].machine.statistics
            #expect(statistics.repairedByteCount <= statistics.sentByteCount / 4)
        }
        repaired.sort()
        #expect(repaired.count > 100)
        let limit = 5 * 2 * delay + 2
        #expect(repaired[repaired.count * 99 / 100] <= limit + delay, "\(repaired.suffix(5))")
    }

    // At a datagram a millisecond a loss holds up so few events that they are one or two in a thousand. At ten times
    // that they are more, and no repair is there within three times the way: it has to be asked for first.
    @Test(arguments: [(1, 0), (1, 2), (2, 0), (5, 0), (5, 5)] as [(UInt64, UInt64)])
    func `at one loss in ten thousand, all but one event in a thousand take three times as long at most`(
        delay: UInt64, jitter: UInt64
    ) {
        let (calm, lossy) = (latencies(delay, jitter, loss: 0), latencies(delay, jitter, loss: 0.0001))
        let place = calm.count * 999 / 1_000
        #expect(lossy[place] <= 3 * calm[place], "\(lossy.suffix(5))")
        // There were losses.
        #expect(lossy.last ?? 0 > calm.last ?? 0)
    }

    private func latencies(_ delay: UInt64, _ jitter: UInt64, loss: Double) -> [UInt64] {
        var latencies: [UInt64] = []
        for seed in 1...UInt64(Sweep.count(2, full: 10, soak: 300)) {
            let network = NativeGroupNetwork(3, NativeGroupConditions(delay: delay, jitter: jitter), seed: seed)
            network.start()
            network.run(100)
            network.conditions.loss = loss
            network.run(10_000) { _ in network.members[0].emit(byteCount: 1_000, network.now) }
            network.run(2_000)
            network.expectAll()
            latencies += network.latencies()
        }
        return latencies.sorted()
    }

    @Test func `in a list of addresses, what is missing is asked of its sender alone`() {
        let network = NativeGroupNetwork(3, seed: 6) { _ in
            var settings = NativeGroupSettings(group: 7)
            settings.isUnicast = true
            return settings
        }
        network.start()
        network.run(100)
        network.conditions.loss = 0.05
        network.run(500) { _ in for member in network.members { member.emit(byteCount: 500, network.now) } }
        network.run(5_000)
        network.expectAll()
        let statistics = network.members.map { $0.machine.statistics }
        #expect(statistics.allSatisfy { $0.sentRequestCount > 0 })
        // Nobody hears the others' requests.
        let received = statistics.reduce(0) { $0 + $1.receivedRequestCount }
        #expect(received <= statistics.reduce(0) { $0 + $1.sentRequestCount })
    }

    @Test func `the last datagram is missed soon, though nothing comes behind it`() {
        let network = NativeGroupNetwork(2)
        network.start()
        network.run(100)
        network.conditions.isLost = { sender, _, _ in sender == 0 }
        network.members[0].emit(network.now)
        network.run(1)
        network.conditions.isLost = { _, _, _ in false }
        network.run(40)
        network.expectAll()
        #expect(network.latencies().max() ?? .max <= 30)
    }

    @Test func `a partition is repaired as far as the sender remembers, and the rest is counted`() {
        let network = NativeGroupNetwork(2) { _ in
            var settings = NativeGroupSettings(group: 7)
            settings.repairByteCount = 256 << 10
            settings.queueByteCount = 64 << 10
            return settings
        }
        let sender = network.members[0]
        network.start()
        network.run(1_000) { _ in sender.emit(byteCount: 1_000, network.now) }
        network.conditions.isCut = { _, _ in true }
        network.run(1_000) { _ in sender.emit(byteCount: 1_000, network.now) }
        network.conditions.isCut = { _, _ in false }
        network.run(1_000) { _ in sender.emit(byteCount: 1_000, network.now) }
        network.run(5_000)
        network.expectAll(isComplete: false)
        let lost = network.members[1].lost[sender.id] ?? 0
        #expect(lost > 500 && lost < 1_000, "\(lost)")
    }

    @Test func `damaged datagrams harm nobody`() {
        let network = NativeGroupNetwork(3, NativeGroupConditions(corruption: 0.2), seed: 5)
        network.start()
        network.run(500) { _ in for member in network.members { member.emit(byteCount: 300, network.now) } }
        network.run(1_000)
        #expect(network.members.allSatisfy { !$0.heard.isEmpty })
    }

    @Test func `a datagram from the far future reserves nothing and is reported as a loss`() {
        let network = NativeGroupNetwork(2)
        network.start()
        var last: [UInt8] = []
        network.watch = { sender, bytes in if sender == 0, bytes[3] & 0x1F == 1 { last = bytes } }
        network.run(10) { _ in network.members[0].emit(network.now) }
        network.run(5)
        // The number of the datagram, and of its event, far ahead.
        last[22] = 1
        last[30] = 1
        network.inject(last, from: network.members[0].address, to: 1)
        network.run(5_000)
        let receiver = network.members[1]
        #expect(receiver.heard[network.members[0].id]?.count == 11)
        #expect(receiver.lost[network.members[0].id] ?? 0 > 1 << 40)
    }

    @Test func `what is missing is given up in time, however long it is waited by chance`() {
        let network = NativeGroupNetwork(2) { _ in
            var settings = NativeGroupSettings(group: 7)
            settings.roundTrip = 2_000
            settings.expectedMemberCount = 1_000
            return settings
        }
        let (sender, receiver) = (network.members[0], network.members[1])
        // Nobody measures anything, and one datagram never arrives.
        network.conditions.isLost = { _, _, bytes in
            [5, 6].contains(bytes[3]) || (bytes[3] & 0x1F == 1 && bytes[16] == 5)
        }
        network.start()
        network.run(20) { _ in sender.emit(network.now) }
        network.run(15_000)
        #expect(receiver.heard[sender.id]?.count == 19 && receiver.lost[sender.id] == 1)
        #expect(network.latencies().max() ?? .max <= 3_010)
    }

    @Test func `with too many gaps the first one is given up at once`() {
        let network = NativeGroupNetwork(2)
        let (sender, receiver) = (network.members[0], network.members[1])
        network.start()
        network.run(20) { _ in sender.emit(network.now) }
        network.conditions.isLost = { from, _, bytes in
            from == 0 && (bytes[3] == 2 || (bytes[3] & 0x1F == 1 && bytes[16] & 1 == 1))
        }
        network.run(2_400) { _ in sender.emit(network.now) }
        // Of 1 200 gaps there is room for 1 024, and the others have let pass one datagram each.
        #expect((receiver.heard[sender.id]?.count ?? 0) >= 20 + 150)
        network.conditions.isLost = { _, _, _ in false }
        network.run(6_000)
        network.expectAll(isComplete: false)
    }

    // MARK: Round trips

    @Test func `an answer that came late makes nobody wait for ever`() {
        let network = NativeGroupNetwork(2)
        let (sender, receiver) = (network.members[0], network.members[1])
        network.start()
        network.run(5)
        sender.emit(network.now)
        network.run(1)
        // Its hello, which is answered late.
        network.conditions.delay = 800
        network.run(1)
        network.conditions.delay = 1
        network.run(3_000)
        network.conditions.isLost = { from, _, _ in from == 0 }
        sender.emit(network.now)
        network.run(1)
        network.conditions.isLost = { _, _, _ in false }
        network.run(500)
        #expect(receiver.heard[sender.id]?.count == 2)
        #expect(network.latencies().max() ?? .max <= 30)
    }

    @Test func `a member that was stopped for seconds makes nobody else wait`() {
        let network = NativeGroupNetwork(2)
        let (sender, receiver) = (network.members[0], network.members[1])
        var (request, longest): ([UInt8], UInt8) = ([], 0)
        network.watch = { from, bytes in
            if from == 1, bytes[3] == 3 { request = bytes }
            // What the sender says of its round trips, in two bytes.
            if from == 0, bytes[3] == 2 { longest = max(longest, bytes[49] > 0 ? .max : bytes[48]) }
        }
        network.start()
        network.run(100) { step in
            network.conditions.isLost = { from, _, _ in from == 0 && step % 20 == 3 }
            sender.emit(network.now)
        }
        network.conditions.isLost = { _, _, _ in false }
        network.run(4_000)
        #expect(!request.isEmpty)
        // It is what a member says that reads its last heartbeat only now.
        sender.receive(request, from: receiver.address, network.now)
        network.run(3_000)
        #expect(longest > 0 && longest <= 20)
    }

    // MARK: Giving way

    private func crowded(_ joinPoint: NativeGroupSettings.JoinPoint) -> NativeGroupNetwork {
        NativeGroupNetwork(2) { index in
            var settings = NativeGroupSettings(group: 7)
            settings.memberCount = index == 1 ? 1 : 8
            settings.joinPoint = joinPoint
            return settings
        }
    }

    /// Another member is heard, for which the first one has to make room.
    private func crowd(_ member: NativeGroupMember, _ now: Instant) {
        let other = NativeGroupMember(5, NativeGroupSettings(group: 7), seed: now.milliseconds)
        other.start(now)
        for (bytes, _) in other.collect(now) { member.receive(bytes, from: other.address, now) }
    }

    @Test func `a member that gives way while something waits is told of with all that is lost`() {
        let network = crowded(.live)
        let (sender, receiver) = (network.members[0], network.members[1])
        network.conditions.isLost = { _, _, bytes in bytes[3] & 0x1F == 1 && bytes[16] == 3 }
        network.start()
        network.run(10) { _ in sender.emit(network.now) }
        network.run(100)
        #expect(receiver.heard[sender.id]?.count == 3 && receiver.lost.isEmpty)
        crowd(receiver, network.now)
        #expect(receiver.lost[sender.id] == 7 && receiver.left.contains(sender.id))
    }

    @Test(arguments: [NativeGroupSettings.JoinPoint.live, .stored])
    func `a member that gave way and is back is heard from where it was`(joinPoint: NativeGroupSettings.JoinPoint) {
        let network = crowded(joinPoint)
        let (sender, receiver) = (network.members[0], network.members[1])
        network.start()
        var last: [UInt8] = []
        network.watch = { from, bytes in if from == 0, bytes[3] == 1 { last = bytes } }
        for _ in 0..<5 {
            network.run(20) { _ in sender.emit(network.now) }
            network.run(50)
            crowd(receiver, network.now)
            // A copy that comes late is where it would begin.
            receiver.receive(last, from: sender.address, network.now)
        }
        network.run(3_000)
        #expect(receiver.joined.count { $0 == sender.id } >= 5)
        network.expectAll()
    }
}
