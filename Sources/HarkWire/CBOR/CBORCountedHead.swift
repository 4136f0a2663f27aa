/// The head of an array or object in CBOR whose number of parts is known only when it ends.
///
/// One byte is written first and replaced by the count, which is enough for up to 23 parts. When more come, the head is
/// widened while there is little to move; else the container stays one of unknown length, which a break ends.
struct CBORCountedHead {
    /// The major types of RFC 8949.
    enum Kind: UInt8 {
        case array = 4
        case object = 5
    }

    /// 23: the largest count that the initial byte itself can say.
    private static let shortCountMax = 23
    /// 4 KiB: moving so much is nothing beside having read it.
    private static let movedByteCountMax = 4096

    /// Where the head is, in bytes from the start of the frame.
    let offset: Int
    private let major: UInt8
    private var count = 0
    private var isWide = false

    /// Writes what becomes the head.
    init(_ kind: Kind, to output: inout ByteWriter) {
        offset = output.frameByteCount
        major = kind.rawValue &<< 5
        output.append(major | 31)
    }

    /// Counts an element, or a key with its value, that is written next.
    @inline(__always)
    mutating func countPart(to output: inout ByteWriter) {
        count += 1
        if count == Self.shortCountMax + 1 { widen(&output) }
    }

    /// Ends the container.
    @inline(__always)
    func end(to output: inout ByteWriter) {
        if count <= Self.shortCountMax {
            output.patch(byte: major | UInt8(truncatingIfNeeded: count), at: offset)
        } else if isWide, let count = UInt32(exactly: count) {
            output.patch(byte: major | 26, at: offset)
            output.patch(count.byteSwapped, at: offset + 1)
        } else {
            output.append(0xFF)
        }
    }

    @inline(never)
    private mutating func widen(_ output: inout ByteWriter) {
        guard output.frameByteCount - offset <= Self.movedByteCountMax else { return }
        output.insert(4, at: offset + 1)
        isWide = true
    }
}
