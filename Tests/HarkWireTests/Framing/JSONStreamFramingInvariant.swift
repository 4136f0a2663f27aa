import HarkWire

/// What holds for any stream given to the framing of JSON streams: the first two bytes say how it is cut. The fuzzer
/// looks for bytes that break it.
enum JSONStreamFramingInvariant {
    /// What is broken, or nil.
    static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
        Splitting.violation(JSONStreamFraming(), bytes, unsettledByteCountMax: 0)
            ?? Splitting.violation(JSONStreamFraming(.lines), bytes, unsettledByteCountMax: 0)
    }
}
