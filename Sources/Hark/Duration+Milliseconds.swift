extension Duration {
    /// 100 years, in ms: more is never, and adding it to any clock stays within what numbers hold.
    private static let millisecondsMax: Int64 = 3_155_760_000_000

    /// Whole milliseconds, from 0 to 100 years.
    var milliseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < Self.millisecondsMax / 1_000 else { return UInt64(Self.millisecondsMax) }
        return UInt64(seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
    }
}
