import Captures
import Foundation
import HarkProtocol
import HarkWire
import Testing

/// Recordings of originals, with the machine in the place of one of the two.
struct EventcastMachineCaptureTests {
    private static let names: [String] = {
        let captures = (try? Capture.all(in: "Eventcast")) ?? []
        return captures.map(\.name).filter { !$0.hasSuffix("retransmission") }
    }()

    /// Where the originals were.
    private enum Place {
        static let original = DatagramAddress(ipv4: 0x7F00_0001, port: 41_001)
        static let asking = DatagramAddress(ipv4: 0x7F00_0001, port: 41_002)
    }

    private func datagrams(_ name: String) throws -> [[UInt8]] {
        try Capture.named("Eventcast/\(name)").chunks.map(\.bytes)
    }

    private func cipher(_ name: String) -> RecordedEventcastCipher? {
        name.hasPrefix("encrypted") ? RecordedEventcastCipher() : nil
    }

    private func receiver(_ cipher: RecordedEventcastCipher?, dateOffset: Int64 = 0) -> EventcastSide {
        EventcastSide("bbbbbbbbbbbbbbbb", Place.asking, cipher: cipher) { $0.dateOffset = dateOffset }
    }

    /// A member that says of itself what the recorded one did.
    private func sender(
        _ cipher: RecordedEventcastCipher?, id: String = "aaaaaaaaaaaaaaaa", port: UInt16 = 41_001, date: Int64 = 0,
        slice: Int = 1_024
    ) -> EventcastSide {
        let side = EventcastSide(id, Place.original.with(port: port), cipher: cipher) { $0.maxPayloadSize = slice }
        side.dateStart = date - Int64(side.now.milliseconds)
        return side
    }

    @Test(arguments: names)
    func `what an original has sent is heard, and sent again it is the same to the byte`(name: String) throws {
        let cipher = cipher(name)
        let receiver = receiver(cipher)
        let recorded = try datagrams(name)
        for datagram in recorded { receiver.receive(datagram, from: Place.original) }
        #expect(receiver.refusals.isEmpty && receiver.members.count == 1)
        #expect(!receiver.events.isEmpty && receiver.assemblyByteCount == 0)

        let sender = sender(
            cipher, id: receiver.members[0], port: try EventcastReading(whole(recorded, cipher)[0]).port,
            date: try date(recorded, cipher), slice: name.hasSuffix("200") ? 200 : 1_024)
        for event in receiver.events { #expect(sender.emit(event.name, cbor: event.cbor) == .accepted) }
        let sent = sender.send().map(\.bytes)
        #expect(sent.count == recorded.count)
        #expect(sender.statistics.sentEventCount == receiver.events.count)
        #expect(try whole(sent, cipher).map(masked) == whole(recorded, cipher).map(masked))
        for (ours, theirs) in zip(sent, recorded) where cipher == nil { #expect(masked(ours) == masked(theirs)) }
        for (ours, theirs) in zip(sent, recorded) { #expect(ours.count == theirs.count) }
    }

    @Test(arguments: ["plain-retransmission", "encrypted-retransmission"])
    func `segments that an original lost on the way are asked for as an original asks`(name: String) throws {
        let cipher = cipher(name)
        let recorded = try datagrams(name)
        let request = try opened(recorded[5], cipher)
        let receiver = receiver(cipher, dateOffset: try date([request], nil) - 1_000)
        for index in [0, 2, 4] { receiver.receive(recorded[index], from: Place.original) }
        receiver.advance(to: Instant(milliseconds: 1_020))
        let asked = receiver.send()
        #expect(asked.map(\.target) == [.address(Place.original)])
        #expect(try masked(opened(asked[0].bytes, cipher)) == masked(request))
        // The recorded one names the sequence that ours does.
        #expect(try missing(asked[0].bytes, cipher) == missing(recorded[5], cipher))

        for index in [6, 7] { receiver.receive(recorded[index], from: Place.original) }
        #expect(receiver.events.map(\.name) == ["segments"])
        #expect(receiver.assemblyByteCount == 0 && receiver.refusals.isEmpty)
    }

    @Test(arguments: ["plain-retransmission", "encrypted-retransmission"])
    func `an original that asks gets the segments as they were`(name: String) throws {
        let cipher = cipher(name)
        let recorded = try datagrams(name)
        let receiver = receiver(cipher)
        for index in [0, 2, 4, 6, 7] { receiver.receive(recorded[index], from: Place.original) }
        let event = try #require(receiver.events.first)

        let sender = sender(cipher)
        sender.emit(event.name, cbor: event.cbor)
        let segments = sender.send().map(\.bytes)
        #expect(segments.count == 5)
        let request = try asking(recorded[5], for: EventcastReading(segments[0]).sequence, cipher)
        sender.receive(request, from: Place.asking)
        let answer = sender.send()
        #expect(answer.map(\.bytes) == [segments[1], segments[3]])
        #expect(answer.allSatisfy { $0.target == .address(Place.asking) })
        #expect(sender.statistics.repairedDatagramCount == 2 && sender.statistics.receivedRequestCount == 1)
        #expect(sender.refusals.isEmpty)
    }

    // MARK: Looking inside

    /// What stands in an encrypted datagram.
    private func opened(_ bytes: [UInt8], _ cipher: RecordedEventcastCipher?) throws -> [UInt8] {
        let read = try EventcastReading(bytes)
        guard let cipher, read.isEncrypted else { return bytes }
        return try #require(read.payload.withUnsafeBytes { cipher.decrypt($0) })
    }

    /// The datagrams that these are or are the segments of, decrypted.
    private func whole(_ datagrams: [[UInt8]], _ cipher: RecordedEventcastCipher?) throws -> [[UInt8]] {
        var whole: [[UInt8]] = []
        var joined: [UInt8] = []
        for datagram in datagrams {
            let read = try EventcastReading(datagram)
            guard read.segmentCount > 1 else {
                whole.append(try opened(datagram, cipher))
                continue
            }
            joined += read.payload
            guard read.segment == read.segmentCount - 1 else { continue }
            whole.append(try opened(joined, cipher))
            joined = []
        }
        return whole
    }

    private func missing(_ bytes: [UInt8], _ cipher: RecordedEventcastCipher?) throws -> [Int32] {
        let payload = try EventcastReading(opened(bytes, cipher)).payload
        return try payload.withUnsafeBytes { try EventcastRequest(reading: $0).missing }
    }

    /// A request with another sequence in its payload.
    private func asking(
        _ bytes: [UInt8], for sequence: EventcastDigest, _ cipher: RecordedEventcastCipher?
    ) throws -> [UInt8] {
        var outer = try EventcastReading(bytes)
        let inner = try EventcastReading(opened(bytes, cipher))
        let written = try inner.payload.withUnsafeBytes { payload in
            var request = try EventcastRequest(reading: payload)
            request.sequence = sequence
            return try inner.written { try EventcastDatagram.write($0, request: request, to: &$1) }
        }
        guard let cipher else { return written }
        outer.payload = written.withUnsafeBytes { cipher.encrypt($0) }
        return try outer.written()
    }

    /// When the first message was sent, in ms.
    private func date(_ datagrams: [[UInt8]], _ cipher: RecordedEventcastCipher?) throws -> Int64 {
        let text = try #require(try EventcastReading(whole(datagrams, cipher)[0]).texts?.last)
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return Int64((try format.parse(text).timeIntervalSince1970 * 1_000).rounded())
    }

    /// Without chance: zeros for digits that were drawn, and for times of which the original reads the clock anew.
    private func masked(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        let isDigit = { (byte: UInt8) in HexDigits.value(byte) != nil }
        var index = 0
        while index + 44 <= bytes.count {
            // A text of 40 digits, or of 24 characters that end in Z.
            if bytes[index..<index + 4].elementsEqual([41, 0, 0, 0]), bytes[index + 4..<index + 44].allSatisfy(isDigit)
            {
                bytes.replaceSubrange(index + 4..<index + 44, with: repeatElement(48, count: 40))
                index += 44
            } else if bytes[index..<index + 4].elementsEqual([25, 0, 0, 0]), bytes[index + 27] == UInt8(ascii: "Z") {
                // The date and the hour.
                bytes.replaceSubrange(index + 17..<index + 27, with: repeatElement(48, count: 10))
                index += 28
            } else {
                index += 1
            }
        }
        return bytes
    }
}
