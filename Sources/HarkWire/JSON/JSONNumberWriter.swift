/// Writes numbers as JavaScript prints them: the fewest digits that read back as the same double, plain from 1e-6 up
/// to 1e21, with an exponent beyond, no point after an integer.
enum JSONNumberWriter {
    /// 2^53: up to here an integral double has the digits of its integer.
    private static let integralMax = 9_007_199_254_740_992.0
    /// Up to 15 digits no two decimals are the same double, so the first that reads back is the shortest.
    private static let decimalMax = 1e15
    /// Six places: prices and coordinates; a longer search costs as much as the general way.
    private static let placesMax = 6

    static func write(_ value: Int64, to bytes: inout ByteWriter) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        write(value.magnitude, atLeast: 1, to: &bytes)
    }

    /// Writes an integer, filled up with zeros on the left.
    static func write(_ value: UInt64, atLeast digitCount: Int, to bytes: inout ByteWriter) {
        var count = 1
        var power: UInt64 = 10
        // Twenty digits are the most; the power after them would not fit.
        while count < digitCount || (count < 20 && value >= power) {
            count += 1
            power &*= 10
        }
        bytes.reserve(count)
        var rest = value
        for place in stride(from: count - 1, through: 0, by: -1) {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            bytes.cursor.storeBytes(
                of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit), toByteOffset: place, as: UInt8.self)
            rest = quotient
        }
        bytes.cursor += count
    }

    static func write(_ value: Double, to bytes: inout ByteWriter) {
        guard value.isFinite else { return bytes.append("null") }
        if value.sign == .minus, value != 0 { bytes.append(UInt8(ascii: "-")) }
        let magnitude = value.magnitude
        if magnitude <= integralMax, let integer = Int64(integral: magnitude) {
            // -0 as well: JavaScript prints it as 0.
            return write(UInt64(integer), atLeast: 1, to: &bytes)
        }
        if !writeDecimal(magnitude, to: &bytes) { writeShortest(magnitude, to: &bytes) }
    }

    /// Writes a double that is a decimal of few places; returns false when it is none.
    private static func writeDecimal(_ value: Double, to bytes: inout ByteWriter) -> Bool {
        // Below, zeros after the point would make the places more than the digits.
        guard value >= 0.001 else { return false }
        var power = 1.0
        for places in 1...placesMax {
            power *= 10
            guard value * power < decimalMax else { return false }
            let digits = Int64(nearest: value * power)
            guard Double(digits) / power == value else { continue }
            let (whole, fraction) = digits.quotientAndRemainder(dividingBy: Int64(power))
            write(UInt64(whole), atLeast: 1, to: &bytes)
            bytes.append(UInt8(ascii: "."))
            write(UInt64(fraction), atLeast: places, to: &bytes)
            return true
        }
        return false
    }

    /// Writes the digits that the standard library finds, which are the shortest, where JavaScript puts them.
    private static func writeShortest(_ value: Double, to bytes: inout ByteWriter) {
        var digits: [UInt8] = []
        var exponent = 0
        var isAfterPoint = false
        var text = value.description.utf8[...]
        while let byte = text.popFirst() {
            switch byte {
            case UInt8(ascii: "."): isAfterPoint = true
            case UInt8(ascii: "e"):
                exponent += Int(Substring(text)) ?? 0
                text = text.suffix(0)
            default:
                if isAfterPoint { exponent -= 1 }
                if !digits.isEmpty || byte != UInt8(ascii: "0") { digits.append(byte) }
            }
        }
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent += 1
        }
        write(digits, pointAfter: digits.count + exponent, to: &bytes)
    }

    /// Writes digits with the point after so many of them; 0.001 is the digit 1 with the point after -2.
    private static func write(_ digits: [UInt8], pointAfter point: Int, to bytes: inout ByteWriter) {
        let zero = UInt8(ascii: "0")
        switch point {
        case digits.count...21:
            append(digits[...], to: &bytes)
            for _ in digits.count..<point { bytes.append(zero) }
        case 1...21:
            append(digits[..<point], to: &bytes)
            bytes.append(UInt8(ascii: "."))
            append(digits[point...], to: &bytes)
        case -5...0:
            bytes.append("0.")
            for _ in point..<0 { bytes.append(zero) }
            append(digits[...], to: &bytes)
        default:
            append(digits[..<1], to: &bytes)
            if digits.count > 1 { bytes.append(UInt8(ascii: ".")) }
            append(digits[1...], to: &bytes)
            bytes.append(point > 0 ? "e+" : "e-")
            write(UInt64((point - 1).magnitude), atLeast: 1, to: &bytes)
        }
    }

    private static func append(_ digits: ArraySlice<UInt8>, to bytes: inout ByteWriter) {
        digits.withUnsafeBytes { bytes.append($0) }
    }
}
