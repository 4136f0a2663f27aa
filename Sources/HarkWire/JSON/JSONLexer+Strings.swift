/// Strings: in place up to the closing quote where there is no escape, put together in `scratch` where there is.
extension JSONLexer {
    /// The string whose opening quote is next, up to and including the other quote. Whether it is UTF-8 is for the
    /// caller to check.
    ///
    /// - Returns: its bytes, valid until the next string is read.
    @inline(__always)
    mutating func readString() throws(JSONError) -> UnsafeRawBufferPointer {
        bytes.cursor += 1
        let begin = bytes.cursor
        bytes.cursor = JSONScan.plainEnd(from: begin, to: bytes.end)
        guard bytes.peek() == UInt8(ascii: "\"") else { return try readEscapedString(begin) }
        let slice = UnsafeRawBufferPointer(start: begin, count: bytes.cursor - begin)
        bytes.cursor += 1
        return slice
    }

    /// The same, UTF-8 checked.
    @inline(__always)
    mutating func readText() throws(JSONError) -> UnsafeRawBufferPointer {
        let begin = bytes.cursor + 1
        var seen: UInt64 = 0
        bytes.cursor = JSONScan.plainEnd(from: begin, to: bytes.end, &seen)
        let slice = UnsafeRawBufferPointer(start: begin, count: bytes.cursor - begin)
        guard bytes.peek() == UInt8(ascii: "\""), seen & UTF8Check.topBits == 0 else { return try readRareText(begin) }
        bytes.cursor += 1
        return slice
    }

    /// The key that is next, and the colon behind it, if there is no white space and the key is ASCII without escapes:
    /// most are. Otherwise nothing is read.
    @inline(__always)
    mutating func takePlainKey() -> UnsafeRawBufferPointer? {
        let (cursor, end) = (bytes.cursor, bytes.end)
        guard cursor < end, cursor.load(as: UInt8.self) == UInt8(ascii: "\"") else { return nil }
        var seen: UInt64 = 0
        let stop = JSONScan.plainEnd(from: cursor + 1, to: end, &seen)
        guard end - stop >= 2, UInt16(littleEndian: stop.loadUnaligned(as: UInt16.self)) == Self.quoteAndColon,
            seen & UTF8Check.topBits == 0
        else { return nil }
        bytes.cursor = stop + 2
        return UnsafeRawBufferPointer(start: cursor + 1, count: stop - cursor - 1)
    }

    private static let quoteAndColon = UInt16(UInt8(ascii: "\"")) | UInt16(UInt8(ascii: ":")) << 8

    /// A string that is not plain ASCII to its end.
    @inline(never)
    private mutating func readRareText(_ begin: UnsafeRawPointer) throws(JSONError) -> UnsafeRawBufferPointer {
        bytes.cursor = begin - 1
        let slice = try readString()
        guard UTF8Check.isValid(slice) else { throw error(.badUTF8) }
        return slice
    }

    @inline(never)
    private mutating func readEscapedString(_ begin: UnsafeRawPointer) throws(JSONError) -> UnsafeRawBufferPointer {
        let scratch = self.scratch ?? JSONScratch()
        self.scratch = scratch
        scratch.removeAll()
        var begin = begin
        while true {
            scratch.append(UnsafeRawBufferPointer(start: begin, count: bytes.cursor - begin))
            guard let byte = bytes.peek() else { throw error(.expected("a closing quote")) }
            switch byte {
            case UInt8(ascii: "\""):
                bytes.cursor += 1
                return scratch.bytes
            case UInt8(ascii: "\\"):
                try readEscape(to: scratch)
            default:
                throw error(.controlCharacter)
            }
            begin = bytes.cursor
            bytes.cursor = JSONScan.plainEnd(from: begin, to: bytes.end)
        }
    }

    private mutating func readEscape(to scratch: JSONScratch) throws(JSONError) {
        let place = error(.badEscape)
        bytes.cursor += 1
        guard let byte = bytes.readByte() else { throw place }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(byte)
        case UInt8(ascii: "b"): scratch.append(0x08)
        case UInt8(ascii: "f"): scratch.append(0x0C)
        case UInt8(ascii: "n"): scratch.append(0x0A)
        case UInt8(ascii: "r"): scratch.append(0x0D)
        case UInt8(ascii: "t"): scratch.append(0x09)
        case UInt8(ascii: "u"):
            guard let unit = readHexUnit() else { throw place }
            try append(unit, to: scratch)
        default: throw place
        }
    }

    /// Appends the character that a UTF-16 unit begins, reading the second half of a surrogate pair.
    private mutating func append(_ unit: UInt32, to scratch: JSONScratch) throws(JSONError) {
        var code = unit
        let place = error(.loneSurrogate)
        switch unit {
        case 0xD800...0xDBFF:
            guard bytes.readByte() == UInt8(ascii: "\\"), bytes.readByte() == UInt8(ascii: "u"),
                let low = readHexUnit(), 0xDC00...0xDFFF ~= low
            else { throw place }
            code = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
        case 0xDC00...0xDFFF: throw place
        default: break
        }
        guard let scalar = Unicode.Scalar(code) else { throw place }
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { scratch.append(byte) }
    }

    /// Four hex digits as a number.
    private mutating func readHexUnit() -> UInt32? {
        guard let digits = bytes.read(4) else { return nil }
        var unit: UInt32 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt32(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): unit = unit << 4 | UInt32(digit - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): unit = unit << 4 | UInt32(digit - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return unit
    }
}
