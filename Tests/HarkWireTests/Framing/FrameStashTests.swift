import HarkWire
import Testing

/// A reader of length-prefixed frames as a link is one: whole frames in place, the rest through the stash.
private struct Reassembly: ~Copyable {
    var stash = FrameStash(pool: ChunkPool())
    var frames: [[UInt8]] = []

    mutating func read(_ bytes: ArraySlice<UInt8>) {
        Array(bytes).withUnsafeBytes { read(in: $0) }
    }

    private mutating func read(in bytes: UnsafeRawBufferPointer) {
        var input = bytes
        while !stash.isEmpty {
            let needed = Self.needed(stash.bytes)
            guard stash.fill(from: &input, to: needed) else { return }
            guard stash.byteCount >= Self.needed(stash.bytes), let chunk = stash.take() else { continue }
            frames.append(Array(chunk.bytes(from: 0)))
            stash.recycle(chunk)
        }
        while input.count >= 4, Self.needed(input) <= input.count {
            let count = Self.needed(input)
            frames.append(Array(input[..<count]))
            input = UnsafeRawBufferPointer(rebasing: input[count...])
        }
        _ = stash.fill(from: &input, to: input.count)
    }

    private static func needed(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count >= 4 else { return 4 }
        return 4 + FrameHeader(rawValue: UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))).bodyByteCount
    }
}

@Suite struct FrameStashTests {
    private static let frames: [[UInt8]] = [0, 1, 3, 200, 5, 0, 70_000, 2].map { byteCount in
        let header = FrameHeader(kind: 5, bodyByteCount: byteCount).rawValue.littleEndian
        return withUnsafeBytes(of: header) { Array($0) } + (0..<byteCount).map { UInt8(truncatingIfNeeded: $0) }
    }

    @Test func `every cut of a stream in two gives the same frames`() {
        let stream = Self.frames.flatMap(\.self)
        // Around every boundary, and some places within the long frame.
        let cuts = (0...240).map(\.self) + stride(from: 241, to: stream.count, by: 6_007) + [stream.count - 1]
        for cut in cuts {
            var reassembly = Reassembly()
            reassembly.read(stream[..<cut])
            reassembly.read(stream[cut...])
            let frames = reassembly.frames
            #expect(frames == Self.frames, "cut at \(cut)")
        }
    }

    @Test func `byte by byte gives the same frames`() {
        let stream = Self.frames.flatMap(\.self)
        var reassembly = Reassembly()
        for index in stream.indices { reassembly.read(stream[index...index]) }
        let frames = reassembly.frames
        let isEmpty = reassembly.stash.isEmpty
        #expect(frames == Self.frames)
        #expect(isEmpty)
    }

    @Test func `memory grows with what has arrived, not with what is claimed`() {
        let pool = ChunkPool()
        var stash = FrameStash(pool: pool)
        [UInt8](repeating: 1, count: 100).withUnsafeBytes { bytes in
            var input = bytes
            let isFilled = stash.fill(from: &input, to: 16_000_000)
            #expect(!isFilled)
            #expect(input.isEmpty)
        }
        let chunk = stash.take()
        #expect(chunk?.capacity == ByteChunk.standardByteCount)
    }
}
