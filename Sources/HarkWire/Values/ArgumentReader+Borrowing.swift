extension ArgumentReader {
    /// The first of `arguments`, which is bytes, in place: valid as long as they are.
    @inlinable @inline(__always)
    package static func borrowBytes(
        _ arguments: UnsafeRawBufferPointer
    ) throws(ArgumentError) -> UnsafeRawBufferPointer {
        // The heads of byte strings up to 64 KiB, which is nearly all of them.
        if arguments.count >= 3, let start = arguments.baseAddress {
            let head = start.load(as: UInt8.self)
            var headByteCount = 0
            var byteCount = 0
            switch head {
            case 0x40...0x57: (headByteCount, byteCount) = (1, Int(head & 0x1F))
            case 0x58: (headByteCount, byteCount) = (2, Int((start + 1).load(as: UInt8.self)))
            case 0x59:
                (headByteCount, byteCount) = (3, Int(UInt16(bigEndian: (start + 1).loadUnaligned(as: UInt16.self))))
            default: break
            }
            if headByteCount > 0, byteCount <= arguments.count - headByteCount {
                return UnsafeRawBufferPointer(start: start + headByteCount, count: byteCount)
            }
        }
        return try borrowOtherBytes(arguments)
    }

    @usableFromInline @inline(never)
    package static func borrowOtherBytes(
        _ arguments: UnsafeRawBufferPointer
    ) throws(ArgumentError) -> UnsafeRawBufferPointer {
        var reader = ArgumentReader(arguments)
        guard let bytes = try reader.readBytesInPlace() else {
            throw .invalid("the bytes come in several pieces; listen with Bytes instead of RawSpan")
        }
        return bytes
    }
}
