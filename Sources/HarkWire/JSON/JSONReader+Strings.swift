/// Strings: in place up to the closing quote where there is no escape, put together in `scratch` where there is.
extension JSONReader {
    /// The string whose opening quote is next.
    mutating func readString() throws(JSONError) -> String {
        bytes.cursor += 1
        let begin = bytes.cursor
        bytes.cursor = JSONScan.plainEnd(from: begin, to: bytes.end)
        guard bytes.peek() == UInt8(ascii: "\"") else { return try readEscapedString(begin) }
        let slice = UnsafeRawBufferPointer(start: begin, count: bytes.cursor - begin)
        bytes.cursor += 1
        if let text = String(shortASCII: slice) { return text }
        guard let text = ByteReader.text(slice) else { throw error(.badUTF8) }
        return text
    }

    @inline(never)
    private mutating func readEscapedString(_ begin: UnsafeRawPointer) throws(JSONError) -> String {
        scratch.removeAll(keepingCapacity: true)
        var begin = begin
        while true {
            scratch.append(contentsOf: UnsafeRawBufferPointer(start: begin, count: bytes.cursor - begin))
            guard let byte = bytes.peek() else { throw error(.expected("a closing quote")) }
            switch byte {
            case UInt8(ascii: "\""):
                bytes.cursor += 1
                guard let text = scratch.withUnsafeBytes({ ByteReader.text($0) }) else { throw error(.badUTF8) }
                return text
            case UInt8(ascii: "\\"):
                try readEscape()
            default:
                throw error(.controlCharacter)
            }
            begin = bytes.cursor
            bytes.cursor = JSONScan.plainEnd(from: begin, to: bytes.end)
        }
    }

    private mutating func readEscape() throws(JSONError) {
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
            try append(unit)
        default: throw place
        }
    }

    /// Appends the character that a UTF-16 unit begins, reading the second half of a surrogate pair.
    private mutating func append(_ unit: UInt32) throws(JSONError) {
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
        scratch.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
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
