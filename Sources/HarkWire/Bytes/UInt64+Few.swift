extension UInt64 {
    /// Up to eight bytes as a word, the first one lowest, zeros above: what is short is gathered without a loop.
    @inlinable @inline(__always)
    package init(few start: UnsafeRawPointer, _ count: Int) {
        if count >= 4 {
            // The two overlap in bytes that are the same.
            let first = UInt32(littleEndian: start.loadUnaligned(as: UInt32.self))
            let last = UInt32(littleEndian: (start + (count &- 4)).loadUnaligned(as: UInt32.self))
            self = UInt64(first) | UInt64(last) &<< UInt64(truncatingIfNeeded: 8 &* (count &- 4))
        } else if count > 0 {
            let (middle, last) = (count &>> 1, count &- 1)
            self = UInt64(start.load(as: UInt8.self))
            self |= UInt64((start + middle).load(as: UInt8.self)) &<< UInt64(truncatingIfNeeded: 8 &* middle)
            self |= UInt64((start + last).load(as: UInt8.self)) &<< UInt64(truncatingIfNeeded: 8 &* last)
        } else {
            self = 0
        }
    }
}
