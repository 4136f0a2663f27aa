import HarkProtocol
import HarkWire
import Testing

/// Segments that were lost, on both sides.
struct EventcastMachineRepairTests {
    private let stranger = DatagramAddress(ipv4: 0x0A00_00FF, port: 41_000)

    private func long(_ byteCount: Int) -> [Value] { [.string(String(repeating: "x", count: byteCount))] }

    private func read(
        _ bytes: [UInt8]
    ) throws -> (missing: [Int32], host: String, port: UInt16, sequence: EventcastDigest) {
        let reading = try EventcastReading(bytes)
        return try reading.payload.withUnsafeBytes { payload in
            let request = try EventcastRequest(reading: payload)
            return (request.missing, String(decoding: request.host, as: UTF8.self), request.port, request.sequence)
        }
    }

    private func request(
        _ sequence: EventcastDigest, _ missing: [Int32], _ address: DatagramAddress, host: String? = nil,
        port: UInt16? = nil, number: UInt64 = 1
    ) throws -> [UInt8] {
        var reading = EventcastReading(sequence: EventcastDigest(random: number, number, 9))
        reading.texts?[0] = "__ec_retx"
        reading.texts?[1] = EventcastSide.host(address)
        reading.port = address.port
        let host = Array((host ?? EventcastSide.host(address)).utf8)
        return try host.withUnsafeBytes { host in
            try reading.written { meta, output in
                let request = EventcastRequest(
                    id: UnsafeRawBufferPointer(start: nil, count: 0), sequence: sequence, missing: missing, host: host,
                    port: port ?? address.port)
                try EventcastDatagram.write(meta, request: request, to: &output)
            }
        }
    }

    // MARK: Asking

    @Test func `who lacks segments asks their sender first, then the group, and gets them`() throws {
        let (one, other) = (EventcastSide(1), EventcastSide(2))
        one.emit("long", long(5_000))
        let sent = one.send()
        for index in [0, 2, 4, 5] { other.receive(sent[index].bytes, from: one.address) }
        #expect(other.deadline == other.now + 20)
        other.advance(by: 19)
        #expect(other.send().isEmpty)
        other.advance(by: 1)
        let first = other.send()
        #expect(first.map(\.target) == [.address(one.address)])
        other.advance(by: 100)
        let second = other.send()
        #expect(second.map(\.target) == [.group])
        let asked = try read(first[0].bytes)
        #expect(try asked.missing == [1, 3] && read(second[0].bytes).missing == [1, 3])
        #expect(asked.host == "10.0.0.2" && asked.port == 41_000)
        #expect(other.statistics.sentRequestCount == 2)

        one.receive(second[0].bytes, from: other.address)
        let answer = one.send()
        #expect(answer == [1, 3].map { EventcastSide.Sent(target: .address(other.address), bytes: sent[$0].bytes) })
        #expect(one.statistics.repairedDatagramCount == 2 && one.statistics.sentEventCount == 1)
        for datagram in answer { other.receive(datagram.bytes, from: one.address) }
        #expect(other.events.map(\.name) == ["long"] && other.statistics.refused.isEmpty)
        #expect(other.assemblyByteCount == 0)
    }

    @Test func `nobody is asked at an address that segments only claim`() throws {
        let (one, other) = (EventcastSide(1), EventcastSide(2))
        one.emit("long", long(5_000))
        for sent in one.send().dropFirst() { other.receive(sent.bytes, from: stranger) }
        other.advance(by: 20)
        #expect(other.send().map(\.target) == [.group])
    }

    @Test func `nobody is sent more than has come from there`() throws {
        let side = EventcastSide(1)
        var reading = EventcastReading()
        reading.texts?[1] = EventcastSide.host(stranger)
        (reading.segment, reading.segmentCount, reading.payload) = (500, 1_000, [1])
        side.receive(try reading.written(), from: stranger)
        side.advance(by: 9_500)
        #expect(side.send().allSatisfy { $0.target == .group })
        #expect(side.takeTold() == ["lost aaaaaaaaaaaaaaaa 999"])
        #expect(side.statistics.refused == [.expired: 1] && side.statistics.lostEventCount == 1)
    }

    @Test func `requests of made-up messages have a limit`() throws {
        let side = EventcastSide(1)
        for number in 0..<4_000 as Range<UInt64> {
            var reading = EventcastReading(sequence: EventcastDigest(random: number, 1, 1))
            (reading.segment, reading.segmentCount, reading.payload) = (500, 1_000, [1])
            side.receive(try reading.written(), from: DatagramAddress(ipv4: UInt32(number), port: 1))
        }
        side.advance(by: 1_000)
        let byteCount = side.send().reduce(0) { $0 + $1.bytes.count }
        #expect(byteCount > 0)
        #expect(byteCount <= EventcastAllowance.byteCountMax + 1_000 * EventcastAllowance.byteCountPerMillisecond)
    }

    @Test func `an answer may be wanted at another port`() throws {
        let mine = DatagramAddress(ipv4: 0x0A00_0002, port: 5_555)
        let (one, other) = (EventcastSide(1), EventcastSide(2) { $0.answerAddress = mine })
        one.emit("long", long(3_000))
        for sent in one.send().dropFirst() { other.receive(sent.bytes, from: one.address) }
        other.advance(by: 20)
        let asked = other.send()
        #expect(try read(asked[0].bytes).port == 5_555)
        one.receive(asked[0].bytes, from: other.address)
        #expect(one.send().map(\.target) == [.address(mine)])
    }

    @Test func `in a group of IPv6 the host is the one that is heard, whatever is said of it`() throws {
        let addresses = [1, 2].map { DatagramAddress(ipv6: 0xFD00 << 48, $0, port: 41_000) }
        let one = EventcastSide("one", addresses[0], seed: 1) { $0.host = "fd00::1" }
        let other = EventcastSide("other", addresses[1], seed: 2) { settings in
            settings.host = "fd00::2"
            settings.answerAddress = addresses[1].with(port: 5_555)
        }
        one.emit("long", long(3_000))
        for sent in one.send().dropFirst() { other.receive(sent.bytes, from: one.address) }
        other.advance(by: 20)
        let asked = other.send()
        #expect(asked.map(\.target) == [.address(one.address)])
        one.receive(asked[0].bytes, from: other.address)
        let answer = one.send()
        #expect(answer.map(\.target) == [.address(other.address.with(port: 5_555))])
        other.receive(answer[0].bytes, from: one.address)
        #expect(other.events.count == 1)
    }

    // MARK: Answering

    private func sender(_ byteCount: Int = 5_000) throws -> (EventcastSide, EventcastDigest, [[UInt8]]) {
        let side = EventcastSide(1)
        side.emit("long", long(byteCount))
        let sent = side.send().map(\.bytes)
        return (side, try EventcastReading(sent[0]).sequence, sent)
    }

    @Test func `segments come in the order in which they are asked for, each once, and only those there are`() throws {
        let (side, sequence, sent) = try sender()
        side.receive(try request(sequence, [4, 0, 4, 100, 0, 2], stranger), from: stranger)
        let answer = side.send()
        #expect(answer.map(\.bytes) == [sent[4], sent[0], sent[2]])
        #expect(answer.allSatisfy { $0.target == .address(stranger) })
    }

    @Test func `segments that lie behind each other are one run`() throws {
        let (side, sequence, _) = try sender()
        side.receive(try request(sequence, [0, 1, 2, 4, 5], stranger), from: stranger)
        #expect(side.collect().map(\.count) == [3, 2])
    }

    @Test func `answers go before events that wait`() throws {
        let (side, sequence, sent) = try sender()
        side.emit("later")
        side.receive(try request(sequence, [0], stranger), from: stranger)
        #expect(side.collect().map(\.target) == [.address(stranger), .group])
        side.receive(try request(sequence, [1], stranger, number: 2), from: stranger)
        // What was collected is what has left, whatever has come in between.
        side.sent(2)
        #expect(side.statistics.sentEventCount == 2)
        #expect(side.send().map(\.bytes) == [sent[1]])
    }

    @Test func `an answer goes nowhere but to who asks`() throws {
        let victim = DatagramAddress(ipv4: 0x0A00_0063, port: 53)
        let (side, sequence, _) = try sender()
        let requests = [
            try request(sequence, [0], victim, number: 1),
            try request(sequence, [0], stranger, port: 53, number: 2),
            try request(sequence, [0], stranger, host: "localhost", port: 53, number: 3),
        ]
        for bytes in requests { side.receive(bytes, from: stranger) }
        #expect(side.send().isEmpty)
        #expect(side.statistics.refused == [.repairRequest: 3])
    }

    @Test(arguments: ["10.0.0.99", "localhost"])
    func `who is wrong about its own address is answered where it asks from`(_ host: String) throws {
        let (side, sequence, _) = try sender()
        side.receive(try request(sequence, [0], stranger, host: host), from: stranger)
        #expect(side.send().map(\.target) == [.address(stranger)])
    }

    @Test func `who names nothing that was sent gets nothing`() throws {
        let (side, _, _) = try sender()
        for number in 0..<1_000 as Range<UInt64> {
            side.receive(
                try request(EventcastDigest(random: number, 1, 1), [0, 1, 2], stranger, number: number), from: stranger)
        }
        #expect(side.send().isEmpty && side.refusals.isEmpty)
        #expect(side.statistics.refused == [.repairRequest: 1_000] && side.statistics.receivedRequestCount == 1_000)
    }

    @Test func `a store forgets after three times the time to live`() throws {
        let (side, sequence, _) = try sender()
        side.advance(by: 8_999)
        side.receive(try request(sequence, [0], stranger), from: stranger)
        #expect(side.send().count == 1)
        side.advance(by: 1)
        #expect(side.deadline == nil)
        side.receive(try request(sequence, [0], stranger, number: 2), from: stranger)
        #expect(side.send().isEmpty)
    }

    @Test func `a store has a limit in bytes, and the oldest messages give way`() throws {
        let side = EventcastSide(1) { $0.limits.storeByteCount = 20_000 }
        var sequences: [EventcastDigest] = []
        for _ in 0..<10 {
            side.emit("long", long(5_000))
            sequences.append(try EventcastReading(side.send()[0].bytes).sequence)
        }
        var answered: [Int] = []
        for (index, sequence) in sequences.enumerated() {
            side.receive(try request(sequence, [0], stranger, number: UInt64(index)), from: stranger)
            if !side.send().isEmpty { answered.append(index) }
        }
        #expect(answered == [8, 9] || answered == [7, 8, 9])
    }

    @Test func `a message of the greatest length that was lost can be repaired as a whole`() throws {
        let (side, sequence, sent) = try sender((1 << 20) - 1_000)
        var answer: [[UInt8]] = []
        for start in stride(from: 0, to: Int32(sent.count), by: 80) {
            let missing = Array(start..<min(start + 80, Int32(sent.count)))
            side.receive(try request(sequence, missing, stranger, number: UInt64(start)), from: stranger)
            answer += side.send().map(\.bytes)
        }
        #expect(answer == sent && side.refusals.isEmpty)
    }

    /// Long events are sent, and all of each is asked for three times.
    ///
    /// - Parameter asker: in whose name the request with this number comes.
    /// - Returns: how many bytes were sent at first.
    private func askAgainAndAgain(
        _ side: EventcastSide, eventCount: Int, as asker: (UInt64) -> DatagramAddress
    ) throws -> Int {
        var originalByteCount = 0
        var number: UInt64 = 0
        for _ in 0..<eventCount {
            side.emit("long", long(50_000))
            let sent = side.send().map(\.bytes)
            originalByteCount += sent.reduce(0) { $0 + $1.count }
            let sequence = try EventcastReading(sent[0]).sequence
            for _ in 0..<3 {
                number += 1
                let address = asker(number)
                side.receive(
                    try request(sequence, Array(0..<Int32(sent.count)), address, number: number), from: address)
                _ = side.send()
            }
        }
        return originalByteCount
    }

    @Test func `requests that go on are answered with a quarter of what is sent at most`() throws {
        let side = EventcastSide(1)
        let originalByteCount = try askAgainAndAgain(side, eventCount: 200) {
            DatagramAddress(ipv4: UInt32($0), port: 1)
        }
        #expect(originalByteCount > 10_000_000)
        let reserve = 2 * EventcastBudget.reserveByteCountMin
        #expect(side.statistics.repairedByteCount <= originalByteCount / 4 + reserve)
        #expect(side.statistics.repairedByteCount > originalByteCount / 5)
        #expect(side.statistics.refused[.repairRequest, default: 0] > 0)
    }

    @Test func `one host is answered with an eighth of what is sent and one reserve, whatever ports it names`() throws {
        let side = EventcastSide(1)
        let originalByteCount = try askAgainAndAgain(side, eventCount: 50) { stranger.with(port: UInt16($0)) }
        let reserve = EventcastBudget.reserveByteCountMin
        #expect(side.statistics.repairedByteCount <= originalByteCount / 8 + reserve)
        // Another one is not left with nothing by it.
        side.emit("long", long(100_000))
        let sent = side.send().map(\.bytes)
        let other = DatagramAddress(ipv4: 0x0A00_0002, port: 41_000)
        let sequence = try EventcastReading(sent[0]).sequence
        side.receive(try request(sequence, Array(0..<Int32(sent.count)), other, number: 1_000), from: other)
        #expect(side.send().map(\.bytes) == sent)
    }

    @Test func `where members are listed nobody else is answered`() throws {
        let side = EventcastSide(1) { $0.listeners = [DatagramAddress(ipv4: 0x0A00_0002, port: 9_000)] }
        side.emit("long", long(5_000))
        let sent = side.send().map(\.bytes)
        let sequence = try EventcastReading(sent[0]).sequence
        side.receive(try request(sequence, [0], stranger, number: 1), from: stranger)
        #expect(side.send().isEmpty && side.statistics.refused == [.repairRequest: 1])
        let member = DatagramAddress(ipv4: 0x0A00_0002, port: 41_000)
        side.receive(try request(sequence, [0], member, number: 2), from: member)
        #expect(side.send().map(\.bytes) == [sent[0]])
    }

    @Test(arguments: ["id", "seqId", "missedSeq", "host", "port"])
    func `a request without a field is refused and ends nothing`(field: String) throws {
        let (side, sequence, _) = try sender()
        var bytes = try request(sequence, [0], stranger)
        // The last one with that name stands in the payload.
        let key = Array(field.utf8) + [0]
        let place = try #require(bytes.indices.last { bytes[$0...].starts(with: key) })
        bytes[place] ^= 0x20
        side.receive(bytes, from: stranger)
        #expect(side.send().isEmpty && side.statistics.refused == [.repairRequest: 1])
        #expect(side.refusals[0].text.contains(field))
    }
}
