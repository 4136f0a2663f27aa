/// Base64 (RFC 4648, section 4), which is how bytes travel in JSON: `{"$bytes":"3q2+7w=="}`.
enum Base64 {
    /// The one key of the object that stands for bytes.
    static let key = "$bytes"

    private static let alphabet: [UInt8] = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// 255 for what is no digit.
    private static let digits: [UInt8] = {
        var digits = [UInt8](repeating: 255, count: 256)
        for (digit, byte) in alphabet.enumerated() { digits[Int(byte)] = UInt8(digit) }
        return digits
    }()

    /// The text of an object that stands for bytes.
    static func payload(of object: Value.Object) -> String? {
        guard object.count == 1, object[0].key == key, case .string(let text) = object[0].value else { return nil }
        return text
    }

    /// Whether a key stands for bytes.
    static func isKey(_ utf8: UnsafeRawBufferPointer) -> Bool {
        utf8.count == key.utf8.count && utf8.elementsEqual(key.utf8)
    }

    static func write(_ bytes: UnsafeRawBufferPointer, to output: inout ByteWriter) {
        var index = 0
        while index < bytes.count {
            let left = bytes.count - index
            let second = left > 1 ? bytes[index + 1] : 0
            let third = left > 2 ? bytes[index + 2] : 0
            let group = Int(bytes[index]) << 16 | Int(second) << 8 | Int(third)
            output.append(alphabet[group >> 18])
            output.append(alphabet[group >> 12 & 63])
            output.append(left > 1 ? alphabet[group >> 6 & 63] : UInt8(ascii: "="))
            output.append(left > 2 ? alphabet[group & 63] : UInt8(ascii: "="))
            index += 3
        }
    }

    /// The bytes; nil when the text is not exactly what `write` makes of some bytes.
    static func bytes(_ text: String) -> [UInt8]? {
        ByteWriter.withUTF8(of: text) { symbols in
            guard let byteCount = byteCount(of: symbols) else { return nil }
            var isValid = false
            let bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { memory, count in
                isValid = decode(symbols, into: UnsafeMutableRawBufferPointer(memory))
                count = byteCount
            }
            return isValid ? bytes : nil
        }
    }

    /// Writes the bytes that a text stands for, as CBOR; writes nothing and returns false when it stands for none.
    static func transcode(_ symbols: UnsafeRawBufferPointer, to output: inout ByteWriter) -> Bool {
        guard let byteCount = byteCount(of: symbols) else { return false }
        let start = output.frameByteCount
        CBORWriter.writeHead(2, UInt64(byteCount), to: &output)
        output.reserve(byteCount)
        let room = UnsafeMutableRawBufferPointer(start: output.cursor, count: byteCount)
        guard decode(symbols, into: room) else {
            output.abandonFrame(after: start)
            return false
        }
        output.cursor += byteCount
        return true
    }

    /// How many bytes a text of this length and with this padding stands for.
    private static func byteCount(of symbols: UnsafeRawBufferPointer) -> Int? {
        symbols.count % 4 == 0 ? symbols.count / 4 * 3 - padding(symbols) : nil
    }

    private static func padding(_ symbols: UnsafeRawBufferPointer) -> Int {
        symbols.suffix(2).count { $0 == UInt8(ascii: "=") }
    }

    /// Fills `bytes`, which is as long as `byteCount` says; false when something is no digit, or not canonical.
    private static func decode(
        _ symbols: UnsafeRawBufferPointer, into bytes: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let padding = padding(symbols)
        var group: UInt32 = 0
        var count = 0
        for index in 0..<symbols.count - padding {
            let digit = digits[Int(symbols[index])]
            // What is left uninitialized otherwise is not used, but it is memory that the caller counts.
            guard digit < 64 else {
                for index in count..<bytes.count { bytes[index] = 0 }
                return false
            }
            group = group << 6 | UInt32(digit)
            let ripe = index % 4
            if ripe > 0 {
                bytes[count] = UInt8(truncatingIfNeeded: group >> UInt32(6 - 2 * ripe))
                count += 1
            }
        }
        // The bits of the last digit that belong to no byte are zero.
        let unused: UInt32 = padding == 2 ? 15 : padding == 1 ? 3 : 0
        return group & unused == 0
    }
}
