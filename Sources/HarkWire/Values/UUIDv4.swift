/// A UUID (RFC 9562) in its usual form, lower-case digits and hyphens; a random one is of version 4.
package struct UUIDv4: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// Out of 128 random bits, six of which give way to the version and the variant.
    package init(random high: UInt64, _ low: UInt64) {
        self.high = high & ~0xF000 | 0x4000
        self.low = low & ~(0b11 << 62) | 0b10 << 62
    }

    /// In characters.
    private static let count = 36

    /// Nil for what is not written exactly so. Any version is read.
    package init?(_ utf8: UnsafeRawBufferPointer) {
        guard utf8.count == Self.count else { return nil }
        var words: (high: UInt64, low: UInt64) = (0, 0)
        for (index, byte) in utf8.enumerated() {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = HexDigits.value(byte) else { return nil }
            words.high = words.high &<< 4 | words.low &>> 60
            words.low = words.low &<< 4 | UInt64(digit)
        }
        (high, low) = words
    }

    /// Writes its 36 characters.
    package func write(to output: inout ByteWriter) {
        output.reserve(Self.count)
        Self.write(high &>> 32, digitCount: 8, to: &output)
        output.append(UInt8(ascii: "-"))
        Self.write(high &>> 16, digitCount: 4, to: &output)
        output.append(UInt8(ascii: "-"))
        Self.write(high, digitCount: 4, to: &output)
        output.append(UInt8(ascii: "-"))
        Self.write(low &>> 48, digitCount: 4, to: &output)
        output.append(UInt8(ascii: "-"))
        Self.write(low, digitCount: 12, to: &output)
    }

    private static func write(_ word: UInt64, digitCount: Int, to output: inout ByteWriter) {
        for place in stride(from: digitCount - 1, through: 0, by: -1) {
            let digit = UInt8(truncatingIfNeeded: word &>> UInt64(4 * place) & 15)
            output.append(HexDigits.digit(digit))
        }
    }
}

extension UUIDv4: CustomStringConvertible {
    package var description: String {
        var writer = ByteWriter(pool: ChunkPool())
        write(to: &writer)
        return String(decoding: writer.takeBytes(), as: UTF8.self)
    }
}
