import Hark

/// The moment an event was due: the first eight bytes of its argument.
enum Stamp {
    static let byteCount = 8
    /// Not measured.
    static let none = 0

    /// Bytes to send, whose stamp can be set before each time.
    static func payload(_ size: Int) -> Bytes {
        var bytes = Bytes(repeatElement(0x68, count: size))
        write(none, to: &bytes)
        return bytes
    }

    static func write(_ stamp: Int, to bytes: inout Bytes) {
        bytes.array.withUnsafeMutableBytes { $0.storeBytes(of: Int64(stamp).littleEndian, as: Int64.self) }
    }

    /// `none` when there are too few bytes.
    static func read(_ bytes: RawSpan) -> Int {
        guard bytes.byteCount >= byteCount else { return none }
        return Int(Int64(littleEndian: bytes.unsafeLoadUnaligned(as: Int64.self)))
    }
}
