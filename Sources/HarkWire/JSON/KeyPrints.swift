/// Tells whether the keys of a small object are all different: keeps 32 bits of each and says "perhaps not" when two
/// have the same.
struct KeyPrints {
    /// 32 prints are 128 bytes, compared with a few instructions.
    static let countMax = 32

    private var prints = SIMD32<UInt32>()
    private var count = 0

    /// Notes a key. False when it may be there already, or when there is no more room.
    mutating func insert(_ key: UnsafeRawBufferPointer) -> Bool {
        let print = Self.print(key)
        guard count < Self.countMax, !any(prints .== SIMD32(repeating: print)) else { return false }
        prints[count] = print
        count += 1
        return true
    }

    /// Of the length, the first and the last eight bytes; never zero, which stands for none.
    private static func print(_ key: UnsafeRawBufferPointer) -> UInt32 {
        var low: UInt64 = 0
        var high: UInt64 = 0
        if key.count >= 8 {
            low = key.loadUnaligned(as: UInt64.self)
            high = key.loadUnaligned(fromByteOffset: key.count - 8, as: UInt64.self)
        } else {
            for byte in key { low = low &<< 8 | UInt64(byte) }
        }
        var mixed = (low ^ UInt64(key.count)) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed &>> 32 ^ high) &* 0xBF58_476D_1CE4_E5B9
        return UInt32(truncatingIfNeeded: mixed &>> 32) | 1
    }
}
