/// Finds the bytes of a string that JSON escapes: quote, backslash and control characters; eight bytes at a time.
enum JSONScan {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let spaces: UInt64 = 0x2020_2020_2020_2020

    /// Where the first such byte from `start` on is, or `end`.
    @inline(__always)
    static func plainEnd(from start: UnsafeRawPointer, to end: UnsafeRawPointer) -> UnsafeRawPointer {
        var seen: UInt64 = 0
        return plainEnd(from: start, to: end, &seen)
    }

    /// The same; the bytes before it are added to `seen`, whose top bits tell whether they are ASCII.
    @inline(__always)
    static func plainEnd(
        from start: UnsafeRawPointer, to end: UnsafeRawPointer, _ seen: inout UInt64
    ) -> UnsafeRawPointer {
        var cursor = start
        while end - cursor >= 8 {
            let word = UInt64(littleEndian: cursor.loadUnaligned(as: UInt64.self))
            let found = marks(word)
            if found != 0 {
                seen |= word & below(found)
                return cursor + found.trailingZeroBitCount &>> 3
            }
            seen |= word
            cursor += 8
        }
        let rest = end - cursor
        guard rest > 0 else { return end }
        let word = UInt64(few: cursor, rest)
        let found = marks(word | spaces &<< UInt64(truncatingIfNeeded: 8 &* rest))
        guard found != 0 else {
            seen |= word
            return end
        }
        seen |= word & below(found)
        return cursor + found.trailingZeroBitCount &>> 3
    }

    /// The bits below the lowest mark.
    @inline(__always)
    private static func below(_ found: UInt64) -> UInt64 { (found & (0 &- found)) &- 1 }

    /// Copies bytes among which there is none of those, up to seven more behind them.
    ///
    /// - Returns: the end of the copy; nil if there is one.
    @inline(__always)
    static func copyPlain(
        _ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer, _ seen: inout UInt64
    ) -> UnsafeMutableRawPointer? {
        guard var cursor = bytes.baseAddress else { return target }
        var target = target
        var rest = bytes.count
        while rest >= 8 {
            let word = cursor.loadUnaligned(as: UInt64.self)
            guard marks(word) == 0 else { return nil }
            target.storeBytes(of: word, as: UInt64.self)
            seen |= word
            cursor += 8
            target += 8
            rest &-= 8
        }
        let word = UInt64(few: cursor, rest)
        guard rest == 0 || marks(word | spaces &<< UInt64(truncatingIfNeeded: 8 &* rest)) == 0 else { return nil }
        target.storeBytes(of: word.littleEndian, as: UInt64.self)
        seen |= word
        return target + rest
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
