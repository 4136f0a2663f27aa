import HarkWire

/// What holds for any stream given to the framings by delimiters: the first two bytes say how it is cut. The fuzzer
/// looks for bytes that break it.
enum DelimiterFramingInvariant {
    /// What is broken, or nil.
    static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
        Splitting.violation(DelimiterFraming.twoZeros, bytes, unsettledByteCountMax: 1)
            ?? Splitting.violation(DelimiterFraming([1, 1, 2, 1, 1, 1]), bytes, unsettledByteCountMax: 5)
            ?? Splitting.violation(LineFraming(), bytes, unsettledByteCountMax: 1)
    }
}
