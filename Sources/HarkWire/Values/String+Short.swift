extension String {
    /// The text that up to fifteen bytes are, which lives in the string itself. Nil when they are more, or not ASCII.
    ///
    /// The bytes are gathered in two words, checked at once and stored: no loop and no second look at them.
    @inlinable @inline(__always)
    init?(shortASCII bytes: UnsafeRawBufferPointer) {
        let count = bytes.count
        guard count <= 15, let start = bytes.baseAddress else { return nil }
        var low: UInt64 = 0
        var high: UInt64 = 0
        if count >= 8 {
            low = UInt64(littleEndian: start.loadUnaligned(as: UInt64.self))
            // The last eight bytes, without those that `low` has already.
            let last = UInt64(littleEndian: (start + (count - 8)).loadUnaligned(as: UInt64.self))
            high = last >> UInt64(8 * (16 - count))
        } else {
            low = UInt64(few: start, count)
        }
        guard (low | high) & 0x8080_8080_8080_8080 == 0 else { return nil }
        self.init(unsafeUninitializedCapacity: 15) { text in
            let text = UnsafeMutableRawBufferPointer(text)
            text.storeBytes(of: low.littleEndian, as: UInt64.self)
            if count > 8 {
                // Seven bytes: an eighth would not be in the string.
                text.storeBytes(of: UInt32(truncatingIfNeeded: high).littleEndian, toByteOffset: 8, as: UInt32.self)
                text.storeBytes(
                    of: UInt16(truncatingIfNeeded: high &>> 32).littleEndian, toByteOffset: 12, as: UInt16.self)
                text.storeBytes(of: UInt8(truncatingIfNeeded: high &>> 48), toByteOffset: 14, as: UInt8.self)
            }
            return count
        }
    }
}
