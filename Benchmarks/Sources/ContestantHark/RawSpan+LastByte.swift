extension RawSpan {
    /// Proves that a payload was looked at.
    var lastByte: UInt8 {
        byteCount > 0 ? unsafeLoad(fromByteOffset: byteCount - 1, as: UInt8.self) : 0
    }
}
