internal import HarkWire

/// The eight bytes that each side sends before its first frame.
///
/// `HARK`, the line end of other systems, the end-of-file of an old one, and the version: a program that speaks
/// something else is told apart by the first wrong byte, and a channel that changes line ends shows at once.
package enum NativeMagic {
    /// What this side speaks.
    package static let version: UInt8 = 1

    /// All but the version.
    package static let prefix: [UInt8] = [0x48, 0x41, 0x52, 0x4B, 0x0D, 0x0A, 0x1A]

    /// In bytes.
    package static let byteCount = 8

    /// How many bytes at the front of `bytes` are needed to judge them: one more than there are while they are right,
    /// otherwise those up to the first wrong one.
    static func neededByteCount(_ bytes: UnsafeRawBufferPointer) -> Int {
        for (index, expected) in prefix.enumerated() {
            guard index < bytes.count, bytes[index] == expected else { return index + 1 }
        }
        return byteCount
    }

    /// Takes the magic from the front of `input`.
    ///
    /// - Returns: the version; nil when more bytes are needed.
    static func read(_ input: inout ByteReader) throws(NativeViolation) -> UInt8? {
        let needed = neededByteCount(input.rest)
        guard let bytes = input.read(needed) else { return nil }
        guard needed == byteCount else { throw .wrongMagic }
        return bytes[byteCount - 1]
    }

    static func write(to output: inout ByteWriter) {
        output.beginFrame()
        for byte in prefix { output.append(byte) }
        output.append(version)
    }
}
