/// SipHash-2-4, by Aumasson and Bernstein: a hash that nobody can predict who does not know the key.
///
/// The one of the standard library has a key of its own for each process, and may change.
package struct SipHash: Sendable {
    private let key: (UInt64, UInt64)

    package init(key low: UInt64, _ high: UInt64) { key = (low, high) }

    /// The hash of the words, each as eight bytes, little-endian.
    package func hash(_ words: UInt64...) -> UInt64 {
        var state = (
            key.0 ^ 0x736F_6D65_7073_6575, key.1 ^ 0x646F_7261_6E64_6F6D,
            key.0 ^ 0x6C79_6765_6E65_7261, key.1 ^ 0x7465_6462_7974_6573
        )
        // Behind the words comes their length in bytes, in the top byte of one more.
        let last = UInt64(words.count * 8 & 0xFF) << 56
        for word in words + [last] {
            state.3 ^= word
            Self.mix(&state)
            Self.mix(&state)
            state.0 ^= word
        }
        state.2 ^= 0xFF
        for _ in 0..<4 { Self.mix(&state) }
        return state.0 ^ state.1 ^ state.2 ^ state.3
    }

    private static func mix(_ v: inout (UInt64, UInt64, UInt64, UInt64)) {
        v.0 &+= v.1
        v.1 = rotated(v.1, 13) ^ v.0
        v.0 = rotated(v.0, 32)
        v.2 &+= v.3
        v.3 = rotated(v.3, 16) ^ v.2
        v.0 &+= v.3
        v.3 = rotated(v.3, 21) ^ v.0
        v.2 &+= v.1
        v.1 = rotated(v.1, 17) ^ v.2
        v.2 = rotated(v.2, 32)
    }

    private static func rotated(_ word: UInt64, _ count: UInt64) -> UInt64 { word &<< count | word &>> (64 &- count) }
}
