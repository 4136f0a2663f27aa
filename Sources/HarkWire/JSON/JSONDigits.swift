/// Digits in a row as a number, up to eight of them at a time.
enum JSONDigits {
    /// The number that `count` digits continue is multiplied with `powers[count]`.
    static let powers: [Int64] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]

    private static let zeros: UInt64 = 0x3030_3030_3030_3030
    /// Added to a digit it stays below 128, to anything greater it does not.
    private static let beyondNine: UInt64 = 0x7676_7676_7676_7676

    /// Continues `value`, which overflows when there are more than 18 digits in all.
    ///
    /// - Returns: where the first byte is that is no digit, or `end`.
    @inline(__always)
    static func read(
        _ value: inout Int64, from start: UnsafeRawPointer, to end: UnsafeRawPointer
    ) -> UnsafeRawPointer {
        var cursor = start
        while end - cursor >= 8 {
            let word = UInt64(littleEndian: cursor.loadUnaligned(as: UInt64.self)) ^ zeros
            // What is no digit may mark the byte above it wrongly; the lowest mark is right.
            let marks = ((word &+ beyondNine) | word) & UTF8Check.topBits
            let count = marks.trailingZeroBitCount &>> 3
            guard count > 0 else { return cursor }
            let digits = number(word &<< UInt64(truncatingIfNeeded: 64 &- 8 &* count))
            value = value &* powers[count] &+ digits
            cursor += count
            if count < 8 { return cursor }
        }
        while cursor < end {
            let digit = cursor.load(as: UInt8.self) &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            value = value &* 10 &+ Int64(digit)
            cursor += 1
        }
        return cursor
    }

    /// The number that eight digits are, the first one lowest: pairs, pairs of pairs, and those together.
    @inline(__always)
    private static func number(_ digits: UInt64) -> Int64 {
        let mask: UInt64 = 0x0000_00FF_0000_00FF
        let pairs = digits &* 10 &+ digits &>> 8
        let low = (pairs & mask) &* (100 | 1_000_000 &<< 32)
        let high = (pairs &>> 16 & mask) &* (1 | 10_000 &<< 32)
        return Int64(truncatingIfNeeded: (low &+ high) &>> 32)
    }
}
