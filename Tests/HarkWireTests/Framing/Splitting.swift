import HarkWire

/// What a splitter makes of a stream, however that is cut.
enum Splitting {
    /// A step, kept.
    enum Kept: Equatable, CustomStringConvertible {
        case message([UInt8])
        case malformed(MalformedMessage)
        case tooLong

        var description: String {
            switch self {
            case .message(let bytes): String(decoding: bytes, as: UTF8.self)
            case .malformed(let malformed): "malformed: \(malformed)"
            case .tooLong: "too long"
            }
        }
    }

    /// The steps of a stream that arrives in these pieces.
    static func steps<Framing: MessageFraming>(
        _ framing: Framing, _ pieces: [ArraySlice<UInt8>], byteCountMax: Int = 1 << 20
    ) -> [Kept] {
        var splitter = MessageSplitter(framing, byteCountMax: byteCountMax, pool: ChunkPool())
        var kept: [Kept] = []
        for piece in pieces { read(piece, with: &splitter, &kept) }
        return kept
    }

    static func read<Framing: MessageFraming>(
        _ piece: ArraySlice<UInt8>, with splitter: inout MessageSplitter<Framing>, _ kept: inout [Kept]
    ) {
        // A copy of its own: nothing may be remembered of where the last piece was.
        Array(piece).withUnsafeBytes { bytes in
            var input = bytes
            while let step = splitter.next(&input) {
                switch step {
                case .message(let message): kept.append(.message(Array(message)))
                case .malformed(let malformed): kept.append(.malformed(malformed))
                case .tooLong: kept.append(.tooLong)
                }
            }
        }
    }

    static func steps<Framing: MessageFraming>(
        _ framing: Framing, _ text: String, byteCountMax: Int = 1 << 20
    ) -> [Kept] {
        steps(framing, [Array(text.utf8)[...]], byteCountMax: byteCountMax)
    }

    /// The first way of cutting the stream that gives other steps than the whole, or nil: every cut in two, and byte by
    /// byte.
    static func difference<Framing: MessageFraming>(
        _ framing: Framing, _ stream: [UInt8], byteCountMax: Int = 1 << 20
    ) -> String? {
        let whole = steps(framing, [stream[...]], byteCountMax: byteCountMax)
        for cut in 0...stream.count {
            let halves = steps(framing, [stream[..<cut], stream[cut...]], byteCountMax: byteCountMax)
            if halves != whole { return "cut at \(cut): \(halves) instead of \(whole)" }
        }
        let single = steps(framing, stream.indices.map { stream[$0...$0] }, byteCountMax: byteCountMax)
        return single == whole ? nil : "byte by byte: \(single) instead of \(whole)"
    }

    /// What is broken about a framing, or nil. The first byte is the limit, the second says how the rest is cut.
    static func violation<Framing: MessageFraming>(
        _ framing: Framing, _ bytes: UnsafeRawBufferPointer, unsettledByteCountMax: Int
    ) -> String? {
        guard bytes.count > 2 else { return nil }
        let limit = Int(bytes[0]) + 1
        let stream = Array(bytes[2...])
        let whole = steps(framing, [stream[...]], byteCountMax: limit)
        for case .message(let message) in whole where message.count > limit { return "a message over the limit" }
        var splitter = MessageSplitter(framing, byteCountMax: limit, pool: ChunkPool())
        var kept: [Kept] = []
        var seed = UInt32(bytes[1]) &+ 1
        var start = 0
        while start < stream.count {
            seed = seed &* 1_664_525 &+ 1_013_904_223
            let end = min(stream.count, start + Int(seed >> 24) % (Int(bytes[1]) + 1) + 1)
            read(stream[start..<end], with: &splitter, &kept)
            if splitter.stashedByteCount > limit + unsettledByteCountMax { return "keeps more than the limit" }
            start = end
        }
        return kept == whole ? nil : "cut: \(kept) instead of \(whole)"
    }
}
