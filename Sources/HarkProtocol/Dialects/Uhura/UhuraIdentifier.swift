package import HarkWire

/// What a message is acknowledged by: a UUID nearly always, any text in principle.
package enum UhuraIdentifier: Hashable, Sendable {
    /// A UUID in its usual form: lower-case digits and hyphens.
    case uuid(high: UInt64, low: UInt64)
    case text(String)

    /// A random UUID (version 4) out of 128 random bits.
    package init(random high: UInt64, _ low: UInt64) {
        self = .uuid(high: high & ~0xF000 | 0x4000, low: low & ~(3 << 62) | 2 << 62)
    }

    /// 255 bytes: a UUID has 36, and each id is kept until its event is done, and a while longer.
    package static let byteCountMax = 255

    /// Nil for one that is empty or too long.
    package init?(_ utf8: UnsafeRawBufferPointer) {
        guard 1...Self.byteCountMax ~= utf8.count else { return nil }
        self = Self.uuid(utf8) ?? .text(String(decoding: utf8, as: UTF8.self))
    }

    private static let byteCount = 36

    private static func uuid(_ utf8: UnsafeRawBufferPointer) -> UhuraIdentifier? {
        guard utf8.count == byteCount else { return nil }
        var words: (high: UInt64, low: UInt64) = (0, 0)
        for (index, byte) in utf8.enumerated() {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = digit(byte) else { return nil }
            words.high = words.high &<< 4 | words.low &>> 60
            words.low = words.low &<< 4 | digit
        }
        return .uuid(high: words.high, low: words.low)
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        default: nil
        }
    }

    /// Writes it as a JSON string.
    ///
    /// - Parameter prefix: what stands ahead of it in that string; nothing that needs an escape.
    package func write(after prefix: StaticString = "", to output: inout ByteWriter) {
        switch self {
        // A peer may have chosen quotes.
        case .text(let text): JSONWriter.write("\(prefix)\(text)", to: &output)
        case .uuid(let high, let low):
            output.append("\"")
            output.append(prefix)
            Self.write(high &>> 32, digitCount: 8, to: &output)
            output.append(UInt8(ascii: "-"))
            Self.write(high &>> 16, digitCount: 4, to: &output)
            output.append(UInt8(ascii: "-"))
            Self.write(high, digitCount: 4, to: &output)
            output.append(UInt8(ascii: "-"))
            Self.write(low &>> 48, digitCount: 4, to: &output)
            output.append(UInt8(ascii: "-"))
            Self.write(low, digitCount: 12, to: &output)
            output.append("\"")
        }
    }

    private static func write(_ word: UInt64, digitCount: Int, to output: inout ByteWriter) {
        output.reserve(digitCount)
        for place in stride(from: digitCount - 1, through: 0, by: -1) {
            let digit = UInt8(truncatingIfNeeded: word &>> UInt64(4 * place) & 15)
            output.append(digit < 10 ? UInt8(ascii: "0") &+ digit : UInt8(ascii: "a") &+ digit &- 10)
        }
    }
}
