/// Text in place. Invalid UTF-8 is refused, never repaired.
extension ByteReader {
    /// The text that `bytes` are, or nil when they are not UTF-8. Fifteen bytes or fewer cost no allocation.
    @inlinable
    package static func text(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard UTF8Check.isValid(bytes) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
