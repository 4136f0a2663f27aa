package import HarkWire

/// 40 hex digits: what eventcast tells messages apart by. In the original it is a SHA-1 of chance and the time, which
/// nobody computes again.
package struct EventcastDigest: Hashable, Sendable {
    /// In digits.
    private static let count = 40

    private let high: UInt64
    private let middle: UInt64
    private let low: UInt32

    /// Out of 160 random bits.
    package init(random high: UInt64, _ middle: UInt64, _ low: UInt32) {
        self.high = high
        self.middle = middle
        self.low = low
    }

    /// The last eight digits.
    var lowBits: UInt32 { low }

    /// Nil for what is not 40 lower-case digits.
    package init?(_ utf8: UnsafeRawBufferPointer) {
        guard utf8.count == Self.count else { return nil }
        guard let high = Self.word(utf8, 0..<16), let middle = Self.word(utf8, 16..<32),
            let low = Self.word(utf8, 32..<40)
        else { return nil }
        self.init(random: high, middle, UInt32(truncatingIfNeeded: low))
    }

    private static func word(_ utf8: UnsafeRawBufferPointer, _ places: Range<Int>) -> UInt64? {
        var word: UInt64 = 0
        for place in places {
            guard let digit = HexDigits.value(utf8[place]) else { return nil }
            word = word &<< 4 | UInt64(digit)
        }
        return word
    }

    /// Writes it as the value of an element.
    package func write(_ element: Int, to output: inout ByteWriter) {
        withUnsafeTemporaryAllocation(byteCount: Self.count, alignment: 1) { digits in
            Self.put(high, 0..<16, digits)
            Self.put(middle, 16..<32, digits)
            Self.put(UInt64(low), 32..<40, digits)
            BSONWriter.write(text: UnsafeRawBufferPointer(digits), element, to: &output)
        }
    }

    private static func put(_ word: UInt64, _ places: Range<Int>, _ digits: UnsafeMutableRawBufferPointer) {
        var rest = word
        for place in places.reversed() {
            digits[place] = HexDigits.digit(UInt8(truncatingIfNeeded: rest & 15))
            rest &>>= 4
        }
    }
}

extension EventcastDigest: CustomStringConvertible {
    /// The digits.
    package var description: String {
        let words = [(high, 16), (middle, 16), (UInt64(low), 8)]
        return words.map { word, count in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: count - digits.count) + digits
        }.joined()
    }
}
