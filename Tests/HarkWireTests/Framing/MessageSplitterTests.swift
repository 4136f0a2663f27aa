import HarkWire
import Testing

@Suite struct MessageSplitterTests {
    @Test func `a message of the limit is read and one byte more is not`() {
        for length in [9, 10, 11, 40] {
            let message = String(repeating: "x", count: length)
            let expected: [Splitting.Kept] =
                length > 10
                ? [.message([0x61]), .tooLong] : [.message([0x61]), .message(Array(message.utf8)), .message([])]
            for ending in ["\0\0\0\0", "\n\n"] {
                let stream = Array("a\(ending.prefix(ending.utf8.count / 2))\(message)\(ending)".utf8)
                if ending == "\n\n" {
                    let lines = expected.filter { $0 != .message([]) }
                    #expect(Splitting.steps(LineFraming(), [stream[...]], byteCountMax: 10) == lines)
                    #expect(Splitting.difference(LineFraming(), stream, byteCountMax: 10) == nil)
                } else {
                    #expect(Splitting.steps(DelimiterFraming.twoZeros, [stream[...]], byteCountMax: 10) == expected)
                    #expect(Splitting.difference(DelimiterFraming.twoZeros, stream, byteCountMax: 10) == nil)
                }
            }
        }
    }

    @Test func `a child of the limit is read and one byte more is not`() {
        for (child, isRead) in [("[\"1234567\"]", false), ("[\"123456\"]", true), ("12345678901", false)] {
            let stream = Array("[ 1 ,\(child),2,".utf8)
            let steps = Splitting.steps(JSONStreamFraming(), [stream[...]], byteCountMax: 10).map(\.description)
            #expect(steps == (isRead ? ["1", child, "2"] : ["1", "too long"]))
            #expect(Splitting.difference(JSONStreamFraming(), stream, byteCountMax: 10) == nil)
        }
    }

    @Test func `nothing is read behind a message that is too long, until the next connection`() {
        var splitter = MessageSplitter(LineFraming(), byteCountMax: 3, pool: ChunkPool())
        var kept: [Splitting.Kept] = []
        Splitting.read(Array("1234\nb\n".utf8)[...], with: &splitter, &kept)
        Splitting.read(Array("c\n".utf8)[...], with: &splitter, &kept)
        #expect(kept == [.tooLong])
        splitter.reset()
        Splitting.read(Array("d\n".utf8)[...], with: &splitter, &kept)
        #expect(kept == [.tooLong, .message([0x64])])
    }

    @Test func `no more is kept than the limit`() {
        var splitter = MessageSplitter(JSONStreamFraming(), byteCountMax: 1000, pool: ChunkPool())
        var kept: [Splitting.Kept] = []
        var most = 0
        let piece = [UInt8](repeating: 0x61, count: 7)
        Splitting.read(Array("[\"".utf8)[...], with: &splitter, &kept)
        for _ in 0..<1000 {
            Splitting.read(piece[...], with: &splitter, &kept)
            most = max(most, splitter.stashedByteCount)
        }
        #expect(kept == [.tooLong])
        #expect((900...1000).contains(most))
        let left = splitter.stashedByteCount
        #expect(left == 0)
    }

    @Test func `what is passed over is not kept`() {
        var splitter = MessageSplitter(JSONStreamFraming(), byteCountMax: 100, pool: ChunkPool())
        var kept: [Splitting.Kept] = []
        for text in [
            "[\"a\u{1}", String(repeating: "b", count: 1000), "\"", String(repeating: " ", count: 1000), ",1,",
        ] {
            Splitting.read(Array(text.utf8)[...], with: &splitter, &kept)
            let byteCount = splitter.stashedByteCount
            #expect(byteCount == 0)
        }
        #expect(kept.count == 2 && kept.last == .message([0x31]))
    }

    @Test func `it is known whether a message is under way`() {
        var splitter = MessageSplitter(JSONStreamFraming(), byteCountMax: 100, pool: ChunkPool())
        var kept: [Splitting.Kept] = []
        var states: [Bool] = []
        for text in ["[\n", "[\"a", "\"]", "\n,\n", "[", "]"] {
            Splitting.read(Array(text.utf8)[...], with: &splitter, &kept)
            states.append(splitter.isMidMessage)
        }
        #expect(states == [false, true, false, false, true, false])
        #expect(kept == [.message(Array("[\"a\"]".utf8)), .message(Array("[]".utf8))])
    }

    @Test func `a reset forgets the message under way`() {
        var splitter = MessageSplitter(DelimiterFraming.twoZeros, byteCountMax: 100, pool: ChunkPool())
        var kept: [Splitting.Kept] = []
        Splitting.read([0x61, 0][...], with: &splitter, &kept)
        let before = (splitter.isMidMessage, splitter.stashedByteCount)
        #expect(before == (true, 2))
        splitter.reset()
        let after = (splitter.isMidMessage, splitter.stashedByteCount)
        #expect(after == (false, 0))
        Splitting.read([0, 0x62, 0, 0][...], with: &splitter, &kept)
        #expect(kept == [.message([0, 0x62])])
    }

    @Test func `a message that arrives whole is handed out in place`() {
        var splitter = MessageSplitter(JSONStreamFraming(), byteCountMax: 100, pool: ChunkPool())
        let stream = Array("[\n[\"a\"]".utf8)
        let isInPlace = stream.withUnsafeBytes { bytes in
            var input = bytes
            guard case .message(let message) = splitter.next(&input), let start = bytes.baseAddress else {
                return false
            }
            return message.baseAddress == start + 2 && message.count == 5 && input.isEmpty
        }
        #expect(isInPlace)
    }
}
