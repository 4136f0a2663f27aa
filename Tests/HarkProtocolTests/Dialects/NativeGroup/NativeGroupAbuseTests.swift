import HarkProtocol
import HarkWire
import Testing

@Suite struct NativeGroupAbuseTests {
    /// Datagrams of somebody who only pretends.
    private static func header(_ kind: UInt8, _ sender: UInt64, _ body: [UInt64]) -> [UInt8] {
        var bytes: [UInt8] = [0x48, 0x47, 1, kind, 7, 0, 0, 0]
        for word in [sender] + body {
            for shift in 0..<8 as Range<UInt64> { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * shift))) }
        }
        return bytes
    }

    @Test func `whoever does not prove where it is gets no more bytes than it has sent`() {
        let settings = NativeGroupSettings(group: 7)
        for isUnicast in [false, true] {
            var settings = settings
            settings.isUnicast = isUnicast
            let member = NativeGroupMember(0, settings, seed: 1)
            var now = Instant(milliseconds: 1_000)
            member.start(now)
            for _ in 0..<1_000 { member.emit(byteCount: 1_000, now) }
            _ = member.collect(now, byteCountMax: 4 << 20)
            let victim = DatagramAddress(ipv4: 0x0A09_0807, port: 1)
            var (received, sent) = (0, 0)
            var random = SplitMix(seed: 9)
            for step in 0..<1_500 as Range<UInt64> {
                now = now + 1
                let own = member.machine.sender
                let id = 1 + step % 50
                var bytes: [UInt8]
                switch step % 6 {
                // A hello, and requests without a cookie, with a wrong one and for everything.
                case 0: bytes = Self.header(5, id, [own, 0, 0, 0]).dropLast(4)
                case 1: bytes = Self.header(3, id, [own, 0]) + [1, 0, 0, 0, 0, 1] as [UInt8]
                case 2: bytes = Self.header(3, id, [own, random.next()]) + [1, 0, 0, 0, 0, 0xE8, 0x07] as [UInt8]
                case 3: bytes = Self.header(4, id, [own, random.next(), 1 << 20, 5])
                // Events with a gap, and a heartbeat far ahead.
                case 4: bytes = Self.header(1, id, [step, step]) + [0, 0, 3, 2, 0x61, 1] as [UInt8]
                default:
                    bytes = Self.header(2, id, [1_000 + step, 0, 5_000, 1 << 32]) + [0, 0, 10, 0, 0, 0] as [UInt8]
                }
                received += bytes.count
                member.receive(bytes, from: victim, now)
                member.advance(now)
                for (bytes, _) in member.collect(now) {
                    // Its own signs of life are nobody's doing.
                    if bytes[3] != 2 { sent += bytes.count }
                }
            }
            #expect(sent <= received, "\(sent) for \(received)")
            #expect(member.machine.statistics.repairedDatagramCount == 0)
        }
    }

    @Test func `a flood of beginnings from ten thousand senders keeps to its memory and harms nobody`() {
        let network = NativeGroupNetwork(2) { _ in
            var settings = NativeGroupSettings(group: 7)
            settings.windowByteCount = 2 << 20
            return settings
        }
        let (sender, receiver) = (network.members[0], network.members[1])
        network.start()
        network.run(100) { _ in sender.emit(byteCount: 3_000, network.now) }
        var random = SplitMix(seed: 2)
        let filler = [UInt8](repeating: 0x61, count: 1_400)
        network.run(400) { _ in
            sender.emit(byteCount: 3_000, network.now)
            for _ in 0..<50 {
                // The first part of a megabyte.
                let id = 1 + random.next() % 10_000
                let front: [UInt8] = [0, 0, 0x80, 0x80, 0x20, 2, 0x61]
                let bytes = Self.header(1, id, [random.next() % 4, 0]) + front + filler
                receiver.receive(bytes, from: DatagramAddress(ipv4: UInt32(id), port: 7), network.now)
            }
            #expect(receiver.machine.windowByteCount <= (2 << 20) + (64 << 10))
        }
        network.run(1_000)
        #expect(receiver.machine.members.count <= NativeGroupSettings.memberCountDefault)
        let heardCount = receiver.heard[sender.id]?.count ?? 0
        #expect(heardCount * 100 >= sender.emitted.count * 99, "\(heardCount)")
    }

    @Test func `a receiver that asks too often is named and answered no more than it may`() {
        let network = NativeGroupNetwork(2)
        let (sender, receiver) = (network.members[0], network.members[1])
        network.start()
        var request: [UInt8] = []
        network.watch = { from, bytes in if from == 1, bytes[3] == 3 { request = bytes } }
        network.run(50) { step in
            network.conditions.isLost = { from, _, _ in from == 0 && step % 7 == 3 }
            sender.emit(byteCount: 1_000, network.now)
        }
        network.run(50)
        #expect(!request.isEmpty)
        let before = sender.machine.statistics
        for _ in 0..<5_000 { sender.receive(request, from: receiver.address, network.now) }
        network.run(100)
        let after = sender.machine.statistics
        #expect(sender.refused.map(\.reason) == [.repairRequest])
        #expect(after.refused[.repairRequest] ?? 0 >= 4_800)
        #expect(after.repairedDatagramCount - before.repairedDatagramCount <= 1)
        // From another place the same request is nobody's.
        sender.receive(request, from: receiver.address.with(port: 1), network.now)
        #expect(sender.machine.statistics.repairedDatagramCount == after.repairedDatagramCount)
    }

    @Test func `losses that nobody can have had are counted without an end to numbers`() {
        var machine = NativeGroupMachine(NativeGroupSettings(group: 7), seed: 1)
        let now = Instant(milliseconds: 1_000)
        machine.start(now: now)
        // Events far ahead, and back to the first one.
        for number in 0..<12 as Range<UInt64> {
            let ordinal = number % 2 == 0 ? 0 : (1 << 62 as UInt64) - 1
            Self.receive(Self.header(1, 9, [number, ordinal]) + [0, 0, 3, 2, 0x61, 1] as [UInt8], &machine, now)
        }
        var statistics = machine.statistics
        statistics += machine.statistics
        #expect(statistics.lostEventCount >= 1 << 61)
        #expect(statistics.receivedEventCount == 24)
    }

    private static func receive(_ datagram: [UInt8], _ machine: inout NativeGroupMachine, _ now: Instant) {
        datagram.withUnsafeBytes { bytes in
            machine.receive(bytes, from: DatagramAddress(ipv4: 1, port: 1), now: now)
            while machine.nextEffect() != nil {}
        }
    }

    @Test func `a welcome that nobody was sent a hello for proves nothing`() {
        var settings = NativeGroupSettings(group: 7)
        settings.isUnicast = true
        let member = NativeGroupMember(0, settings, seed: 1)
        var now = Instant(milliseconds: 1_000)
        member.start(now)
        _ = member.collect(now)
        let victim = DatagramAddress(ipv4: 0x0A09_0807, port: 1)
        var (received, sent) = (0, 0)
        func receive(_ bytes: [UInt8]) {
            received += bytes.count
            member.receive(bytes, from: victim, now)
            member.advance(now)
            for (bytes, target) in member.collect(now) where target != .group { sent += bytes.count }
        }
        for number in 0..<200 as Range<UInt64> {
            receive(Self.header(1, 9, [2 * number, number]) + [0, 0, 3, 2, 0x61, 1] as [UInt8])
        }
        for step in 0..<500 as Range<UInt64> {
            now = now + 3
            let time = (0..<4).map { UInt8(truncatingIfNeeded: now.milliseconds >> (8 * UInt64($0))) }
            let rest = Self.header(6, 9, [member.machine.sender, 77 + step, 0])
            receive(Array(rest[..<24]) + time + rest[24...])
        }
        #expect(received > 20_000 && sent <= received, "\(sent) for \(received)")
    }

    @Test func `what members have begun that are gone takes no room, and is told as lost`() {
        let member = NativeGroupMember(0, NativeGroupSettings(group: 7), seed: 1)
        var now = Instant(milliseconds: 1_000)
        member.start(now)
        let front: [UInt8] = [0, 0, 0x80, 0x80, 0x20, 2, 0x61]
        let filler = [UInt8](repeating: 0x61, count: 1_400)
        for id in 1...20 as ClosedRange<UInt64> {
            let bytes = Self.header(1, id, [0, 0]) + front + filler
            member.receive(bytes, from: DatagramAddress(ipv4: UInt32(id), port: 7), now)
        }
        #expect(member.machine.windowByteCount >= 20 * 1_400)
        for _ in 0..<1_000 {
            now = now + 10
            member.advance(now)
            _ = member.collect(now)
        }
        #expect(member.left.count == 20 && member.lost.values.reduce(0, +) == 20)
        #expect(member.machine.windowByteCount == 0)
    }
}
