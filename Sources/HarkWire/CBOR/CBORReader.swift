/// Reads CBOR (RFC 8949) in place, item by item, trusting nothing: every length is held against what is left, text
/// must be UTF-8, keys must be text, nesting and memory are limited.
///
/// An item starts with a byte of major type (three bits) and length (five bits):
/// ```
/// 0 unsigned   1 negative, -1 - n   2 bytes   3 text   4 array   5 map   6 tag   7 simple, float, break
/// ```
@usableFromInline
package struct CBORReader {
    @usableFromInline package var bytes: ByteReader
    @usableFromInline let start: UnsafeRawPointer
    @usableFromInline var depth = 0
    /// How many bytes of memory may still be taken.
    @usableFromInline var budget: Int

    @inlinable
    package init(_ bytes: UnsafeRawBufferPointer) {
        let reader = ByteReader(bytes)
        self.bytes = reader
        start = reader.cursor
        budget = Value.memoryBudget(wireByteCount: bytes.count)
    }

    /// The value that `bytes` are, all of them.
    package static func value(of bytes: UnsafeRawBufferPointer) throws(CBORError) -> Value {
        var reader = CBORReader(bytes)
        let value = try reader.readValue()
        guard reader.bytes.isAtEnd else { throw reader.error(.trailingBytes) }
        return value
    }

    @inlinable package var isAtEnd: Bool { bytes.isAtEnd }
    @inlinable package var offset: Int { bytes.cursor - start }

    @usableFromInline @inline(never)
    func error(_ reason: CBORError.Reason) -> CBORError { CBORError(reason, at: offset) }
}

// MARK: - Heads

extension CBORReader {
    /// The byte that an item begins with.
    @inlinable @inline(__always)
    mutating func readInitial() throws(CBORError) -> UInt8 {
        guard let byte = bytes.readByte() else { throw error(.truncated) }
        return byte
    }

    /// The byte that an item begins with, its tags passed over.
    @inlinable @inline(__always)
    mutating func readUntagged() throws(CBORError) -> UInt8 {
        let byte = try readInitial()
        return byte &>> 5 == 6 ? try passTags(byte) : byte
    }

    @usableFromInline @inline(never)
    mutating func passTags(_ tag: UInt8) throws(CBORError) -> UInt8 {
        var byte = tag
        while byte &>> 5 == 6 {
            _ = try readNumber(byte)
            byte = try readInitial()
        }
        return byte
    }

    /// The number that belongs to an initial byte.
    @inlinable @inline(__always)
    mutating func readNumber(_ initial: UInt8) throws(CBORError) -> UInt64 {
        let short = initial & 31
        if short < 24 { return UInt64(short) }
        guard short < 28, bytes.remaining >= 8 else { return try readLongNumber(initial) }
        // One load for all widths.
        let width = 1 &<< Int(short & 3)
        let word = UInt64(bigEndian: bytes.cursor.loadUnaligned(as: UInt64.self))
        bytes.cursor += width
        return word &>> UInt64(truncatingIfNeeded: 64 &- 8 &* width)
    }

    /// The same, near the end or with an initial byte that has none.
    @usableFromInline @inline(never)
    mutating func readLongNumber(_ initial: UInt8) throws(CBORError) -> UInt64 {
        let number: UInt64? =
            switch initial & 31 {
            case 24: bytes.readByte().map(UInt64.init)
            case 25: bytes.readBigEndian(UInt16.self).map(UInt64.init)
            case 26: bytes.readBigEndian(UInt32.self).map(UInt64.init)
            case 27: bytes.readBigEndian(UInt64.self)
            default: throw error(initial == 0xFF ? .strayBreak : .reserved(initialByte: initial))
            }
        guard let number else { throw error(.truncated) }
        return number
    }

    /// The length of a string or container of known length. Each element takes at least one byte and each field two,
    /// so a length that cannot be true is refused before anything is allocated for it.
    @inlinable @inline(__always)
    mutating func readCount(_ initial: UInt8, ofFields: Bool = false) throws(CBORError) -> Int {
        let number = try readNumber(initial)
        guard number <= UInt64(bytes.remaining) &>> (ofFields ? 1 : 0) else { throw error(.lengthBeyondEnd) }
        return Int(truncatingIfNeeded: number)
    }

    /// Whether the length is left open and a break ends the item.
    @inlinable
    static func isOpen(_ initial: UInt8) -> Bool { initial & 31 == 31 }

    /// Takes a break, if one is next.
    @inlinable
    mutating func takeBreak() throws(CBORError) -> Bool {
        guard let byte = bytes.peek() else { throw error(.truncated) }
        guard byte == 0xFF else { return false }
        bytes.cursor += 1
        return true
    }

    /// Takes `byteCount` from the memory that may be used.
    @inlinable @inline(__always)
    mutating func charge(_ byteCount: Int) throws(CBORError) {
        budget -= byteCount
        if budget < 0 { throw error(.overBudget) }
    }

    @inlinable
    mutating func enter() throws(CBORError) {
        guard depth < Value.depthMax else { throw error(.tooDeep) }
        depth += 1
    }

    @inlinable
    mutating func leave() { depth -= 1 }
}

// MARK: - Strings

extension CBORReader {
    /// The bytes of a string of known length, in place.
    @inlinable @inline(__always)
    mutating func readSlice(_ initial: UInt8) throws(CBORError) -> UnsafeRawBufferPointer {
        let count = try readCount(initial)
        guard let slice = bytes.read(count) else { throw error(.lengthBeyondEnd) }
        return slice
    }

    /// The text that follows an initial byte of major type 3.
    @inlinable
    mutating func readText(_ initial: UInt8) throws(CBORError) -> String {
        if Self.isOpen(initial) { return try readOpenText() }
        let slice = try readSlice(initial)
        if let text = String(shortASCII: slice) { return text }
        if slice.count > 15 { try charge(slice.count + Self.heapByteCount) }
        guard let text = ByteReader.text(slice) else { throw error(.badUTF8) }
        return text
    }

    /// The bytes that follow an initial byte of major type 2.
    @inlinable
    mutating func readByteArray(_ initial: UInt8) throws(CBORError) -> [UInt8] {
        if Self.isOpen(initial) { return try readOpenBytes() }
        let slice = try readSlice(initial)
        try charge(slice.count + Self.heapByteCount)
        return Array(slice)
    }

    /// What an array or a long string takes beside its content: 32 bytes of header.
    @usableFromInline static var heapByteCount: Int { 32 }

    @usableFromInline @inline(never)
    mutating func readOpenText() throws(CBORError) -> String {
        var text = ""
        while let chunk = try readChunk(major: 3) {
            // Each chunk is text by itself (RFC 8949, section 3.2.3): no character is split between two.
            guard let part = ByteReader.text(chunk) else { throw error(.badUTF8) }
            text += part
        }
        return text
    }

    @usableFromInline @inline(never)
    mutating func readOpenBytes() throws(CBORError) -> [UInt8] {
        var content: [UInt8] = []
        while let chunk = try readChunk(major: 2) { content += chunk }
        return content
    }

    /// The next chunk of a string of open length, or nil at its break.
    mutating func readChunk(major: UInt8) throws(CBORError) -> UnsafeRawBufferPointer? {
        if try takeBreak() { return nil }
        guard let initial = bytes.peek(), initial &>> 5 == major, !Self.isOpen(initial) else { throw error(.badChunk) }
        let slice = try readSlice(try readInitial())
        // Twice: what is appended to grows by doubling.
        try charge(slice.count * 2)
        return slice
    }

    /// A key of an object. Untagged: a tag could only say that the text is not the name of a field.
    @inlinable
    mutating func readKey() throws(CBORError) -> String {
        guard let initial = bytes.peek() else { throw error(.truncated) }
        guard initial &>> 5 == 3 else { throw error(.keyNotText) }
        bytes.cursor += 1
        return try readText(initial)
    }
}

// MARK: - Containers

extension CBORReader {
    /// How many parts a container has, as `next` counts them: -1 when a break ends it.
    @inlinable
    mutating func readContainerHead(_ initial: UInt8, ofFields: Bool) throws(CBORError) -> Int {
        try enter()
        return Self.isOpen(initial) ? -1 : try readCount(initial, ofFields: ofFields)
    }

    /// Whether another part of a container follows. Leaves the container when none does.
    @inlinable
    mutating func next(_ left: inout Int) throws(CBORError) -> Bool {
        if left > 0 {
            left -= 1
            return true
        }
        // Below -1: it was left before.
        guard left >= -1 else { return false }
        if left == -1, !(try takeBreak()) { return true }
        left = -2
        leave()
        return false
    }
}

// MARK: - Simple values and floats

extension CBORReader {
    /// The double that follows an initial byte, or nil when it does not announce one.
    @inlinable
    mutating func readFloat(_ initial: UInt8) throws(CBORError) -> Double? {
        guard initial == 0xFB else { return try readShortFloat(initial) }
        guard let bits = bytes.readBigEndian(UInt64.self) else { throw error(.truncated) }
        return Double(bitPattern: bits)
    }

    @usableFromInline
    mutating func readShortFloat(_ initial: UInt8) throws(CBORError) -> Double? {
        switch initial {
        case 0xF9:
            guard let bits = bytes.readBigEndian(UInt16.self) else { throw error(.truncated) }
            return Self.double(halfBits: bits)
        case 0xFA:
            guard let bits = bytes.readBigEndian(UInt32.self) else { throw error(.truncated) }
            return Double(Float(bitPattern: bits))
        default:
            return nil
        }
    }

    /// A half-precision float: a sign, five bits of exponent, ten of fraction.
    static func double(halfBits bits: UInt16) -> Double {
        let exponent = Int(bits >> 10 & 31)
        let fraction = Double(bits & 0x3FF)
        let magnitude: Double =
            switch exponent {
            case 0: fraction * 0x1p-24
            case 31: fraction == 0 ? .infinity : .nan
            default: Double(sign: .plus, exponent: exponent - 25, significand: fraction + 1024)
            }
        return bits >> 15 == 0 ? magnitude : -magnitude
    }

    /// The error of an initial byte of major type 7 that is neither a float, a truth value nor null.
    @usableFromInline @inline(never)
    mutating func simpleError(_ initial: UInt8) -> CBORError {
        switch initial {
        case 0xFF: error(.strayBreak)
        case 0xFC...0xFE: error(.reserved(initialByte: initial))
        default: bytes.isAtEnd && initial == 0xF8 ? error(.truncated) : error(.unknownSimple)
        }
    }
}
