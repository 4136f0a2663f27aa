import HarkWire
import Testing

@Suite struct JSONEventStreamTests {
    /// What a stream says that arrives in these pieces.
    private static func read(_ pieces: [ArraySlice<UInt8>], byteCountMax: Int = 1 << 20) -> [String] {
        var stream = JSONEventStream(messageByteCountMax: byteCountMax, pool: ChunkPool())
        var found: [String] = []
        for piece in pieces {
            // A copy of its own: nothing may be remembered of where the last piece was.
            Array(piece).withUnsafeBytes { bytes in
                var input = bytes
                while let step = stream.next(&input) { found.append(describe(step, stream.event)) }
            }
        }
        return found
    }

    private static func read(_ text: String, byteCountMax: Int = 1 << 20) -> [String] {
        read([Array(text.utf8)[...]], byteCountMax: byteCountMax)
    }

    private static func describe(_ step: JSONEventStream.Step, _ event: borrowing JSONEvent) -> String {
        switch step {
        case .event:
            var writer = ByteWriter(pool: ChunkPool())
            writer.beginFrame()
            JSONEvent.write(event.name, event.arguments, into: &writer)
            return String(decoding: writer.takeBytes(), as: UTF8.self)
        case .other: return "other"
        case .malformed(let message): return message.description
        case .tooLong(let limit): return "longer than \(limit)"
        }
    }

    @Test func `events come in order, whatever stands between them`() {
        let text = "[[\"a\",1],\n{\"args\":[\"b\"],\"id\":\"x\"},[7]] [{\"c\":1}, [\"d\"]"
        #expect(Self.read(text) == ["[\"a\",1]", "[\"b\"]", "other", "other", "[\"d\"]"])
    }

    @Test func `every cut of a stream gives the same events`() {
        let stream = Array("[\n[\"a\",\"é\"],[\"b\",],{\"args\":[\"c\",[1,{}]]}\n,\n[\"d\"]".utf8)
        let whole = Self.read([stream[...]])
        #expect(whole.count == 4)
        for cut in 0...stream.count {
            #expect(Self.read([stream[..<cut], stream[cut...]]) == whole, "cut at \(cut)")
        }
        #expect(Self.read(stream.indices.map { stream[$0...$0] }) == whole)
    }

    @Test func `a message that is not JSON is passed over with what it looked like`() {
        let steps = Self.read("[[\"a\",01],[\"b\"]")
        #expect(steps == ["expected no digit after a leading zero at byte 7: [\"a\",01]", "[\"b\"]"])
    }

    @Test func `a message beyond the limit ends the stream`() {
        #expect(Self.read("[[\"a\"],[\"123456789\"],[\"b\"]", byteCountMax: 10) == ["[\"a\"]", "longer than 10"])
    }

    @Test func `what has arrived of a message is counted`() {
        var stream = JSONEventStream(messageByteCountMax: 1 << 20, pool: ChunkPool())
        #expect(stream.partByteCount == nil)
        Array("[[\"a\"],[\"b\"".utf8).withUnsafeBytes { bytes in
            var input = bytes
            while stream.next(&input) != nil {}
        }
        #expect(stream.partByteCount == 4)
    }
}
