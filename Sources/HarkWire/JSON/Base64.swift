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

    static func write(_ bytes: [UInt8], to output: inout ByteWriter) {
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
        let symbols = Array(text.utf8)
        guard symbols.count % 4 == 0 else { return nil }
        let padding = symbols.suffix(2).count { $0 == UInt8(ascii: "=") }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(symbols.count / 4 * 3)
        var group: UInt32 = 0
        for (index, symbol) in symbols.dropLast(padding).enumerated() {
            let digit = digits[Int(symbol)]
            guard digit < 64 else { return nil }
            group = group << 6 | UInt32(digit)
            let ripe = index % 4
            if ripe > 0 { bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(6 - 2 * ripe))) }
        }
        // The bits of the last digit that belong to no byte are zero.
        let unused: UInt32 = padding == 2 ? 15 : padding == 1 ? 3 : 0
        return group & unused == 0 ? bytes : nil
    }
}
