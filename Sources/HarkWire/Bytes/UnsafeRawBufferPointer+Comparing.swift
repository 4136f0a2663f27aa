extension UnsafeRawBufferPointer {
    /// Whether the other ones are as many bytes, and the same. Names are short: eight bytes at a time, where they lie,
    /// take less than a call.
    @inlinable
    package func isSame(as other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        var offset = 0
        while offset + 8 <= count {
            guard word(offset, UInt64.self) == other.word(offset, UInt64.self) else { return false }
            offset += 8
        }
        while offset < count {
            guard self[offset] == other[offset] else { return false }
            offset += 1
        }
        return true
    }

    @inlinable
    func word<T: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _: T.Type) -> T {
        loadUnaligned(fromByteOffset: offset, as: T.self)
    }
}
