import Captures
import HarkProtocol
import HarkWire
import Testing

/// What the original has sent, as it was recorded.
struct EventcastCaptureTests {
    private static func datagrams(_ name: String) throws -> [[UInt8]] {
        try Capture.named("Eventcast/\(name)").chunks.map(\.bytes)
    }

    @Test func `recorded datagrams are written byte by byte as they were`() throws {
        let captures = try Capture.all(in: "Eventcast")
        #expect(captures.count == 29)
        for (name, capture) in captures {
            for (index, chunk) in capture.chunks.enumerated() {
                #expect(try EventcastReading(chunk.bytes).written() == chunk.bytes, "\(name) \(index)")
            }
        }
    }

    @Test(
        arguments: [
            ("booleans", [true, false]), ("empty-values", ["", [], [:]]),
            ("escapes", ["\"", "\\", "/", "\u{8}\u{C}\n\r\t", "\0\u{1}\u{1F}\u{7F}"]),
            ("floats", [0.5, -2.25, 3.14159, 1e-7, .double(1e21), 1.5e300]),
            ("integers", [0, 1, -1, 42, 2_147_483_647, -2_147_483_648, 4_294_967_296, 9_007_199_254_740_991]),
            ("nested", [["a": ["b": [1, ["c": nil]]], "k k": true], [[], [[]], [:]]]),
            ("no-arguments", []), ("null", [nil]),
            (
                "undefined-nan-date-function",
                [
                    nil, .double(.nan), .double(.infinity), .date(milliseconds: 0), ["gone": nil],
                ]
            ),
            ("unicode", ["é ü ß", "漢字", "😀👩\u{200D}👩\u{200D}👧", "\u{2028}"]),
            (
                "bson-types",
                [
                    .date(milliseconds: 86_400_000), .regex(pattern: "re.g", options: "i"),
                    .bytes([0x62, 0x69, 0x6E]), "é",
                ]
            ),
        ] as [(String, [Value])])
    func `recorded events are read, and written from their values alone`(name: String, values: [Value]) throws {
        let bytes = try #require(try Self.datagrams("plain-event-\(name)").first)
        let read = try EventcastReading(bytes)
        #expect(try read.arguments().map(Self.comparable) == values.map(Self.comparable))

        var made = EventcastReading(sequence: read.sequence)
        made.texts?[0] = name == "bson-types" ? "bson" : "event"
        made.texts?[4] = try #require(read.texts?.last)
        #expect(try made.written(values) == bytes)
    }

    @Test(
        arguments: [
            ("plain-max-payload-200", 200, [.string(String(repeating: "e", count: 100))]),
            ("plain-segmented-3000", 1_024, [.string(String(repeating: "y", count: 3_000))]),
            ("plain-segmented-100KB", 1_024, [.string(String(repeating: "z", count: 102_400))]),
        ] as [(String, Int, [Value])])
    func `recorded segments are put together, and cut again as they were`(
        name: String, sliceByteCount: Int, values: [Value]
    ) throws {
        let segments = try Self.datagrams(name)
        let whole = try #require(try assembled(segments.reversed()))
        #expect(try assembled(segments) == whole)
        #expect(try EventcastReading(whole).arguments() == values)
        #expect(try cut(whole, sliceByteCount, like: segments) == segments)
    }

    @Test func `recorded segments of an encrypted message are put together, and cut again as they were`() throws {
        let segments = try Self.datagrams("encrypted-segmented-3000")
        let whole = try #require(try assembled(segments))
        let read = try EventcastReading(whole)
        #expect(read.isEncrypted && read.texts == nil && read.payload.count % 16 == 0)
        #expect(try cut(whole, 1_024, like: segments) == segments)
    }

    @Test func `a recorded encrypted message says nothing outside`() throws {
        let read = try EventcastReading(try #require(try Self.datagrams("encrypted-event-null").first))
        #expect(read.isEncrypted && read.texts == nil && read.nonce == nil && read.payload.count == 304)
    }

    @Test func `recorded segments that were lost are asked for and come again`() throws {
        let datagrams = try Self.datagrams("plain-retransmission")
        var assembly = EventcastAssembly(messageByteCountMax: 9_000, messageCountMax: 1, byteCountMax: 9_000)
        for index in [0, 2, 4] {
            let outcome = try add(datagrams[index], to: &assembly)
            #expect(outcome == .kept)
        }
        let sequence = try EventcastReading(datagrams[0]).sequence
        #expect(assembly.hasGap(sequence))

        let asked = try EventcastReading(datagrams[5])
        #expect(asked.name == "__ec_retx")
        try asked.payload.withUnsafeBytes { payload in
            let request = try EventcastRequest(reading: payload)
            #expect(request.sequence == sequence)
            #expect(request.missing == assembly.missing(sequence, countMax: 100))
            #expect(request.port == 41_002)
            let written = try asked.written { try EventcastDatagram.write($0, request: request, to: &$1) }
            #expect(written == datagrams[5])
        }

        let first = try add(datagrams[6], to: &assembly)
        #expect(first == .kept)
        guard case .complete(let whole) = try add(datagrams[7], to: &assembly) else {
            Issue.record("not complete")
            return
        }
        #expect(try EventcastReading(whole).name == "segments")
    }

    /// NaN is not equal to itself.
    private static func comparable(_ value: Value) -> Value {
        if case .double(let number) = value, number.isNaN { "NaN" } else { value }
    }

    private func add(_ bytes: [UInt8], to assembly: inout EventcastAssembly) throws -> EventcastAssembly.Outcome {
        try bytes.withUnsafeBytes { assembly.add(try EventcastDatagram(reading: $0)) }
    }

    /// The datagram that these segments are, whose last one completes it.
    private func assembled(_ segments: [[UInt8]]) throws -> [UInt8]? {
        var assembly = EventcastAssembly(messageByteCountMax: 1 << 20, messageCountMax: 1, byteCountMax: 1 << 20)
        for segment in segments.dropLast() {
            let outcome = try add(segment, to: &assembly)
            #expect(outcome == .kept)
        }
        guard let last = segments.last, case .complete(let whole) = try add(last, to: &assembly) else { return nil }
        #expect(assembly.count == 0 && assembly.byteCount == 0)
        return whole
    }

    /// The segments of a datagram, with the sequence, the nonces and the origin of others.
    private func cut(_ whole: [UInt8], _ sliceByteCount: Int, like segments: [[UInt8]]) throws -> [[UInt8]] {
        try whole.withUnsafeBytes { whole in
            let slices = try #require(EventcastSlices(whole, byteCountMax: sliceByteCount))
            #expect(Int(slices.count) == segments.count)
            return try segments.enumerated().map { index, segment in
                let read = try EventcastReading(segment)
                return try read.withOrigin { origin in
                    var output = ByteWriter(pool: ChunkPool())
                    try slices.write(
                        Int32(index), sequence: read.sequence, nonce: read.nonce, origin: #require(origin),
                        to: &output)
                    return output.takeBytes()
                }
            }
        }
    }
}
