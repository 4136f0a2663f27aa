import HarkProtocol
import HarkWire
import Testing

/// What a member does not take from others.
struct EventcastMachineRefusalTests {
    private let stranger = DatagramAddress(ipv4: 0x0A00_00FF, port: 41_000)

    private func datagram(_ change: (inout EventcastReading) -> Void = { _ in }) throws -> [UInt8] {
        var reading = EventcastReading(sequence: EventcastDigest(random: UInt64.random(in: 0...UInt64.max), 0, 0))
        change(&reading)
        return try reading.written([])
    }

    private func segment(_ change: (inout EventcastReading) -> Void = { _ in }) throws -> [UInt8] {
        var reading = EventcastReading()
        (reading.segmentCount, reading.payload) = (3, [1, 2, 3])
        change(&reading)
        return try reading.written()
    }

    private func refused(
        _ bytes: [UInt8], cipher: (any EventcastCipher)? = nil, _ change: (inout EventcastSettings) -> Void = { _ in }
    ) -> [GroupRefusal.Reason: Int] {
        let side = EventcastSide(1, cipher: cipher, change)
        side.receive(bytes, from: stranger)
        #expect(side.events.isEmpty)
        #expect(side.refusals.map(\.source) == side.refusals.map { _ in stranger })
        #expect(side.refusals.allSatisfy { !$0.text.isEmpty })
        return side.statistics.refused
    }

    @Test func `a datagram of another version is refused, by the code of the original`() throws {
        var bytes = try datagram()
        #expect(bytes[9] == 3)
        bytes[9] = 2
        let side = EventcastSide(1)
        side.receive(bytes, from: stranger)
        #expect(side.statistics.refused == [.version: 1])
        #expect(side.refusals.first?.text.contains("EPRVERSION") == true)
    }

    @Test func `what is no datagram is refused wherever it is cut or changed`() throws {
        let whole = try datagram()
        // Where the meta ends: no payload is one argument, null.
        let end = 2 + Int(whole[0]) << 8 + Int(whole[1])
        for count in 0..<whole.count where count != end {
            #expect(refused(Array(whole.prefix(count))).values.reduce(0, +) == 1)
        }
        for index in whole.indices {
            for bit in [0x01, 0x80] as [UInt8] {
                var bytes = whole
                bytes[index] ^= bit
                let side = EventcastSide(1)
                side.receive(bytes, from: stranger)
                #expect(side.events.count + side.statistics.refused.values.reduce(0, +) == 1)
            }
        }
    }

    @Test func `plaintext and ciphertext are refused where the other is spoken`() throws {
        let key = FakeEventcastCipher(key: 1)
        #expect(refused(try datagram(), cipher: key) == [.plaintext: 1])
        let one = EventcastSide(9, cipher: key)
        one.emit("e")
        one.emit("long", [.string(String(repeating: "x", count: 2_000))])
        let sent = one.send().map(\.bytes)
        #expect(refused(sent[0]) == [.ciphertext: 1])
        #expect(refused(sent[0], cipher: FakeEventcastCipher(key: 2)) == [.authentication: 1])
        for (cipher, reason) in [(nil, .ciphertext), (FakeEventcastCipher(key: 2), .authentication)]
            as [(FakeEventcastCipher?, GroupRefusal.Reason)]
        {
            let side = EventcastSide(1, cipher: cipher)
            for bytes in sent.dropFirst() { side.receive(bytes, from: stranger) }
            #expect(side.statistics.refused == [reason: 1] && side.events.isEmpty)
        }
    }

    @Test func `plaintext is taken beside ciphertext if that is asked for`() throws {
        let side = EventcastSide(1, cipher: FakeEventcastCipher(key: 1)) { $0.acceptsPlaintext = true }
        side.receive(try datagram(), from: stranger)
        #expect(side.events.map(\.name) == ["event"] && side.statistics.refused.isEmpty)
    }

    @Test func `what is encrypted twice, or in parts, is refused`() throws {
        let key = FakeEventcastCipher(key: 1)
        for inner in [
            try segment(), try datagram { $0.isEncrypted = true },
        ] {
            var outer = EventcastReading()
            (outer.isEncrypted, outer.texts) = (true, nil)
            outer.payload = inner.withUnsafeBytes { key.encrypt($0) }
            #expect(refused(try outer.written(), cipher: key) == [.malformed: 1])
        }
    }

    @Test func `segments that are no segments are refused`() throws {
        #expect(refused(try segment { $0.payload = [] }) == [.malformed: 1])
        #expect(refused(try segment { $0.isEncrypted = true }) == [.malformed: 1])
        #expect(refused(try segment { ($0.isEncrypted, $0.texts) = (true, nil) }) == [.malformed: 1])
        #expect(refused(try segment { $0.segmentCount = 65_535 }) == [.overLimit: 1])
        #expect(refused(try segment { $0.texts?[3] = String(repeating: "i", count: 256) }) == [.malformed: 1])
        #expect(refused(try datagram { $0.texts?[3] = String(repeating: "i", count: 256) }) == [.malformed: 1])
        let side = EventcastSide(1)
        side.receive(try segment(), from: stranger)
        side.receive(try segment { $0.payload = [4] }, from: stranger)
        #expect(side.statistics.refused == [.malformed: 1] && side.statistics.lostEventCount == 1)
        #expect(side.takeTold() == ["lost aaaaaaaaaaaaaaaa 2", "refused malformed"])
    }

    @Test func `segments of a segment are refused`() throws {
        let inner = try segment { $0.payload = Array(repeating: 7, count: 100) }
        let side = EventcastSide(1)
        for index in 0..<2 as Range<Int> {
            let bytes = try segment {
                ($0.segment, $0.segmentCount) = (Int32(index), 2)
                $0.payload = Array(index == 0 ? inner.prefix(100) : inner.dropFirst(100))
            }
            side.receive(bytes, from: stranger)
        }
        #expect(side.statistics.refused == [.malformed: 1] && side.assemblyByteCount == 0)
    }

    @Test(arguments: ["error", "start", "stop"])
    func `names of the protocol do not reach listeners`(name: String) throws {
        #expect(refused(try datagram { $0.texts?[0] = name }) == [.reservedName: 1])
    }

    @Test func `a datagram that comes twice is told once`() throws {
        let side = EventcastSide(1)
        let bytes = try datagram()
        for _ in 0..<3 { side.receive(bytes, from: stranger) }
        #expect(side.events.count == 1 && side.statistics.refused == [.replayed: 2])
    }

    @Test func `beginnings that give way are counted, also after a stop`() throws {
        let side = EventcastSide(1) { $0.limits.assemblyMessageCount = 1 }
        for round in 1...2 {
            for number in 0..<3 as Range<UInt64> {
                side.receive(try segment { $0.sequence = EventcastDigest(random: number, 0, 0) }, from: stranger)
            }
            #expect(side.statistics.refused == [.overLimit: 2 * round])
            side.stop()
            side.start()
        }
        #expect(side.refusals.map(\.reason) == [.overLimit] && side.lossCount == 0)
    }

    @Test func `who sends nonsense is told of once a minute, and counted each time`() throws {
        let side = EventcastSide(1)
        for _ in 0..<600 {
            side.receive([1], from: stranger)
            side.receive([2], from: DatagramAddress(ipv4: 5, port: 5))
            side.receive(try datagram { $0.texts?[0] = "stop" }, from: stranger)
            side.advance(by: 100)
        }
        #expect(side.refusals.count == 3)
        side.receive([1], from: stranger)
        #expect(side.refusals.count == 4)
        #expect(side.statistics.refused == [.malformed: 1_201, .reservedName: 600])
    }

    @Test func `ten thousand sources of nonsense fill no log`() {
        let side = EventcastSide(1)
        for number in 0..<10_000 as Range<UInt32> { side.receive([1], from: DatagramAddress(ipv4: number, port: 1)) }
        #expect(side.refusals.count == EventcastRefusals.countMax)
        #expect(side.statistics.refused == [.malformed: 10_000])
    }
}
