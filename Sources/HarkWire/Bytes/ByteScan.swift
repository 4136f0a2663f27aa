/// Finds a byte, eight bytes at a time.
enum ByteScan {
    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// Where the first `wanted` is, or how many bytes there are.
    static func first(_ wanted: UInt8, in bytes: UnsafeRawBufferPointer) -> Int {
        let pattern = ones &* UInt64(wanted)
        var index = 0
        while bytes.count - index >= 8 {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) ^ pattern
            // The lowest mark is always right; those above it may be the borrow's.
            let found = (word &- ones) & ~word & UTF8Check.topBits
            if found != 0 { return index + found.trailingZeroBitCount &>> 3 }
            index += 8
        }
        while index < bytes.count, bytes[index] != wanted { index += 1 }
        return index
    }
}
