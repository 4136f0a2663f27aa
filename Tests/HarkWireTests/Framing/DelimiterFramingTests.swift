import Captures
import Foundation
import HarkWire
import Testing

@Suite struct DelimiterFramingTests {
    private func read(
        _ stream: String, _ framing: DelimiterFraming = .twoZeros, sourceLocation: SourceLocation = #_sourceLocation
    ) -> [String] {
        let difference = Splitting.difference(framing, Array(stream.utf8))
        #expect(difference == nil, sourceLocation: sourceLocation)
        return Splitting.steps(framing, stream).map(\.description)
    }

    @Test func `messages end with two zeros, split anywhere`() {
        #expect(read("{\"topic\":1}\0\0{}\0\0rest") == ["{\"topic\":1}", "{}"])
        #expect(read("") == [])
    }

    @Test func `an empty message is told`() {
        #expect(read("\0\0") == [""])
        #expect(read("a\0\0\0\0b\0\0") == ["a", "", "b"])
    }

    @Test func `an odd zero belongs to the next message, a single one to its own`() {
        #expect(read("a\0\0\0b\0\0") == ["a", "\0b"])
        #expect(read("a\0b\0\0") == ["a\0b"])
        #expect(read("\0\0\0\0\0") == ["", ""])
    }

    @Test func `a delimiter that repeats itself is found at the first place where it stands`() {
        let framing = DelimiterFraming(Array("aabaaa".utf8))
        #expect(read("xaabaabaaay", framing) == ["xaab"])
        #expect(read("aaabaaaaabaaa", framing) == ["a", ""])
        #expect(read("one;two;", DelimiterFraming([UInt8(ascii: ";")])) == ["one", "two"])
    }

    @Test func `no byte is looked at twice`() {
        let stream = Array(String(repeating: "{\"a\":1}\0x\0\0", count: 300).utf8)
        #expect(CountingFraming.passedByteCount(DelimiterFraming.twoZeros, stream) == stream.count)
    }

    @Test func `recorded streams give the pieces between double zeros, wherever they are cut`() throws {
        let captures = try Capture.all(in: "SocketIPC")
        #expect(captures.count > 20)
        for (name, capture) in captures {
            for side in ["client", "server"] {
                let stream = capture.bytes(from: side)
                let pieces = String(decoding: stream, as: UTF8.self).components(separatedBy: "\0\0").dropLast()
                let steps = Splitting.steps(DelimiterFraming.twoZeros, [stream[...]]).map(\.description)
                #expect(steps == Array(pieces), "\(name)")
                guard stream.count < 4000 else { continue }
                #expect(Splitting.difference(DelimiterFraming.twoZeros, stream) == nil, "\(name)")
            }
        }
    }
}
