/// Finds the bytes of a string that JSON escapes: quote, backslash and control characters; eight bytes at a time.
enum JSONScan {
    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// Where the first such byte from `start` on is, or `end`.
    @inline(__always)
    static func plainEnd(from start: UnsafeRawPointer, to end: UnsafeRawPointer) -> UnsafeRawPointer {
        var cursor = start
        while end - cursor >= 8 {
            let found = marks(UInt64(littleEndian: cursor.loadUnaligned(as: UInt64.self)))
            if found != 0 { return cursor + found.trailingZeroBitCount &>> 3 }
            cursor += 8
        }
        while cursor < end, isPlain(cursor.load(as: UInt8.self)) { cursor += 1 }
        return cursor
    }

    static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// The top bit of each byte that is to be escaped. Bytes above a marked one may be marked wrongly, by the borrow
    /// of the subtraction; the lowest mark is always right.
    @inline(__always)
    private static func marks(_ word: UInt64) -> UInt64 {
        let control = (word &- ones &* 0x20) & ~word
        let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let zeros = ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
        return (control | zeros) & UTF8Check.topBits
    }
}
