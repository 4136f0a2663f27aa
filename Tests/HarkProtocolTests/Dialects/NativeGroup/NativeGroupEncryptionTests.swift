import HarkProtocol
import HarkWire
import Testing

@Suite struct NativeGroupEncryptionTests {
    private static func ciphers(_ count: Int) -> [NativeGroupTestCipher] {
        (0..<count).map { _ in NativeGroupTestCipher([1: 0x1234_5678, 2: 0x8765_4321]) }
    }

    @Test func `an encrypted group delivers everything through loss, damage and duplicates`() {
        let ciphers = Self.ciphers(3)
        let conditions = NativeGroupConditions(jitter: 2, loss: 0.01, duplication: 0.05, corruption: 0.01)
        let network = NativeGroupNetwork(3, conditions, seed: 4, ciphers: ciphers)
        network.start()
        network.run(10)
        network.run(500) { step in
            // Keys are rotated on the way, at other times by each.
            for member in network.members { ciphers[member.index].sealingKey = step / 100 % 2 == 0 ? 1 : 2 }
            for member in network.members { member.emit(byteCount: 700, network.now) }
        }
        network.run(4_000)
        network.expectAll()
        #expect(ciphers.allSatisfy { !$0.isReused })
        let statistics = network.members[0].machine.statistics
        #expect(statistics.refused[.authentication] ?? 0 > 0)
        #expect(statistics.refused[.replayed] ?? 0 > 0)
    }

    @Test func `plain and encrypted members refuse each other, and say so once a minute`() {
        let cipher = NativeGroupTestCipher([1: 7])
        let other = NativeGroupTestCipher([1: 8])
        let network = NativeGroupNetwork(3, ciphers: [nil, cipher, other])
        network.start()
        network.run(500) { _ in for member in network.members { member.emit(network.now) } }
        for member in network.members {
            #expect(member.heard.isEmpty && member.joined.isEmpty && member.lost.isEmpty)
            #expect(member.refused.count == 2)
        }
        #expect(network.members[0].refused.allSatisfy { $0.reason == .ciphertext })
        #expect(Set(network.members[1].refused.map(\.reason)) == [.plaintext, .authentication])
        #expect(network.members[1].machine.statistics.refused[.plaintext] ?? 0 > 400)
    }

    @Test func `all replays are refused, and no datagram that was merely late`() {
        let ciphers = Self.ciphers(2)
        let network = NativeGroupNetwork(2, ciphers: ciphers)
        network.start()
        let sender = network.members[0]
        sender.emit(network.now)
        network.run(50)
        var recorded: [[UInt8]] = []
        for _ in 0..<1_000 {
            sender.emit(byteCount: 50, network.now)
            recorded += sender.collect(network.now).map(\.bytes)
        }
        let receiver = network.members[1]
        for bytes in recorded.reversed() { receiver.receive(bytes, from: sender.address, network.now) }
        #expect(receiver.heard[sender.id]?.count == 1_001)
        #expect(receiver.machine.statistics.refused[.replayed] == nil)
        for bytes in recorded { receiver.receive(bytes, from: sender.address, network.now) }
        #expect(receiver.machine.statistics.refused[.replayed] == recorded.count)
        #expect(receiver.heard[sender.id]?.count == 1_001)
    }

    @Test func `a recording is not taken for its sender, by whoever has never heard that`() {
        let ciphers = Self.ciphers(2)
        let network = NativeGroupNetwork(2, ciphers: ciphers)
        var recorded: [[UInt8]] = []
        network.watch = { sender, bytes in if sender == 0 { recorded.append(bytes) } }
        network.start()
        network.run(100) { _ in network.members[0].emit(network.now) }
        network.run(20)
        network.expectAll()
        #expect(network.members[0].machine.statistics.refused.isEmpty)
        // The receiver is restarted, and has forgotten everything.
        let receiver = network.members[1]
        let heardCount = receiver.heard[network.members[0].id]?.count
        receiver.machine.stop(now: network.now)
        network.conditions.isCut = { _, _ in true }
        network.run(100)
        receiver.start(network.now)
        for bytes in recorded { receiver.receive(bytes, from: network.members[0].address, network.now) }
        network.run(5_000)
        #expect(receiver.heard[network.members[0].id]?.count == heardCount)
        #expect(receiver.lost.isEmpty && receiver.vagueCount == 0)
    }

    @Test func `no bit of an encrypted datagram can be changed`() {
        let ciphers = Self.ciphers(2)
        let sender = NativeGroupMember(0, NativeGroupSettings(group: 7), cipher: ciphers[0], seed: 1)
        let receiver = NativeGroupMember(1, NativeGroupSettings(group: 7), cipher: ciphers[1], seed: 2)
        let now = Instant(milliseconds: 5)
        sender.start(now)
        receiver.start(now)
        sender.emit(now)
        var datagrams = sender.collect(now).map(\.bytes)
        for datagram in datagrams {
            for bit in 0..<datagram.count * 8 {
                var changed = datagram
                changed[bit / 8] ^= 1 << UInt8(bit % 8)
                receiver.receive(changed, from: sender.address, now)
            }
            for count in 0..<datagram.count { receiver.receive(Array(datagram[..<count]), from: sender.address, now) }
        }
        #expect(receiver.heard.isEmpty && receiver.joined.isEmpty)
        // As they were sent, they are heard, when the sender has answered.
        for _ in 0..<2 {
            for datagram in datagrams { receiver.receive(datagram, from: sender.address, now) }
            receiver.advance(now)
            for (bytes, _) in receiver.collect(now) { sender.receive(bytes, from: receiver.address, now) }
            datagrams = sender.collect(now).map(\.bytes)
        }
        #expect(receiver.heard[sender.id]?.count == 1)
    }
}
