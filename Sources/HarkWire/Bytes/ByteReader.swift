/// Reads bytes that somebody else keeps alive, front to back. Every read checks the end first.
@usableFromInline
package struct ByteReader {
    @usableFromInline package var cursor: UnsafeRawPointer
    @usableFromInline package let end: UnsafeRawPointer

    @inlinable
    package init(_ bytes: UnsafeRawBufferPointer) {
        cursor = bytes.baseAddress ?? UnsafeRawPointer(ByteWriter.nowhere)
        end = cursor + bytes.count
    }

    @inlinable
    package init(cursor: UnsafeRawPointer, end: UnsafeRawPointer) {
        self.cursor = cursor
        self.end = end
    }

    @inlinable package var remaining: Int { end - cursor }
    @inlinable package var isAtEnd: Bool { cursor == end }

    /// What has not been read yet; valid as long as the bytes are.
    @inlinable
    package var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: cursor, count: end - cursor) }

    @inlinable
    package func peek() -> UInt8? {
        cursor == end ? nil : cursor.load(as: UInt8.self)
    }

    @inlinable
    package mutating func readByte() -> UInt8? {
        guard cursor != end else { return nil }
        defer { cursor += 1 }
        return cursor.load(as: UInt8.self)
    }

    @inlinable
    package mutating func readLittleEndian<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type = T.self) -> T? {
        guard remaining >= MemoryLayout<T>.size else { return nil }
        defer { cursor += MemoryLayout<T>.size }
        return T(littleEndian: cursor.loadUnaligned(as: T.self))
    }

    @inlinable
    package mutating func readBigEndian<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type = T.self) -> T? {
        guard remaining >= MemoryLayout<T>.size else { return nil }
        defer { cursor += MemoryLayout<T>.size }
        return T(bigEndian: cursor.loadUnaligned(as: T.self))
    }

    /// Unsigned LEB128. Nil when it is cut off, longer than it needs to be or over 64 bits.
    @inlinable @inline(__always)
    package mutating func readLEB128() -> UInt64? {
        // One byte, as nearly always.
        if cursor != end, case let byte = cursor.load(as: UInt8.self), byte < 0x80 {
            cursor += 1
            return UInt64(byte)
        }
        return readLongLEB128()
    }

    @usableFromInline
    mutating func readLongLEB128() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        var place = cursor
        while place != end {
            let byte = UInt64(place.load(as: UInt8.self))
            place += 1
            value |= (byte & 0x7F) &<< shift
            if byte < 0x80 {
                cursor = place
                return byte == 0 && shift > 0 || shift == 63 && byte > 1 ? nil : value
            }
            if shift == 63 { break }
            shift &+= 7
        }
        cursor = place
        return nil
    }

    /// Takes a frame of the given kind whose body starts with `first`, if that is what comes next, whole.
    ///
    /// Runs of one event are what a busy connection carries: one load for the header, one byte of name.
    ///
    /// - Returns: the rest of the body, in place.
    @inlinable @inline(__always)
    package mutating func takeFrame(kind: UInt8, first: UInt8, bodyByteCountMax: Int) -> UnsafeRawBufferPointer? {
        guard remaining > FrameHeader.byteCount else { return nil }
        let header = FrameHeader(rawValue: UInt32(littleEndian: cursor.loadUnaligned(as: UInt32.self)))
        let length = header.bodyByteCount
        guard header.kind == kind, length > 0, length <= bodyByteCountMax, remaining - FrameHeader.byteCount >= length
        else { return nil }
        let body = cursor + FrameHeader.byteCount
        guard body.load(as: UInt8.self) == first else { return nil }
        cursor = body + length
        return UnsafeRawBufferPointer(start: body + 1, count: length - 1)
    }

    /// The next `byteCount` bytes, in place.
    @inlinable @inline(__always)
    package mutating func read(_ byteCount: Int) -> UnsafeRawBufferPointer? {
        guard byteCount >= 0, byteCount <= remaining else { return nil }
        defer { cursor += byteCount }
        return UnsafeRawBufferPointer(start: cursor, count: byteCount)
    }
}
