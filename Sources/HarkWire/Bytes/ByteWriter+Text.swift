/// Text without a copy of its own in between.
extension ByteWriter {
    /// Calls `body` with the UTF-8 of `text` in place.
    @inlinable @inline(__always)
    static func withUTF8<R>(of text: String, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        if let result = text.utf8.withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) {
            return result
        }
        // A string bridged from another runtime: made native first.
        var native = text
        return native.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }

    /// The UTF-8 of `text` and nothing else.
    @inlinable
    package mutating func append(utf8 text: String) {
        Self.withUTF8(of: text) { append($0) }
    }
}
