/// Writes numbers as JavaScript prints them: the fewest digits that read back as the same double, plain from 1e-6 up
/// to 1e21, with an exponent beyond, no point after an integer.
enum JSONNumberWriter {
    /// 2^53: up to here an integral double has the digits of its integer.
    private static let integralMax = 9_007_199_254_740_992.0
    /// Up to 15 digits no two decimals are the same double, so one that reads back is the shortest but for zeros at its
    /// end.
    private static let decimalMax = 1e15

    static func write(_ value: Int64, to bytes: inout ByteWriter) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        write(value.magnitude, atLeast: 1, to: &bytes)
    }

    /// Writes an integer, filled up with zeros on the left.
    static func write(_ value: UInt64, atLeast digitCount: Int, to bytes: inout ByteWriter) {
        let count = max(digitCount, Self.digitCount(value))
        bytes.reserve(count)
        writeDigits(value, count, before: bytes.cursor + count)
        bytes.cursor += count
    }

    @inline(__always)
    private static func digitCount(_ value: UInt64) -> Int {
        var count = 1
        var rest = value
        while rest >= 10_000 {
            rest /= 10_000
            count += 4
        }
        return count + (rest >= 10 ? 1 : 0) + (rest >= 100 ? 1 : 0) + (rest >= 1_000 ? 1 : 0)
    }

    /// Writes the lowest `count` digits, in pairs.
    @inline(__always)
    private static func writeDigits(_ value: UInt64, _ count: Int, before end: UnsafeMutableRawPointer) {
        var rest = value
        var left = count
        var place = end
        while left > 1 {
            let quotient = rest / 100
            let pair = UInt16(truncatingIfNeeded: rest &- quotient &* 100)
            // A tenth, for all below 100.
            let tens = (pair &* 103) &>> 10
            let digits = zeros &+ (tens | (pair &- tens &* 10) &<< 8)
            place -= 2
            place.storeBytes(of: digits.littleEndian, as: UInt16.self)
            rest = quotient
            left &-= 2
        }
        guard left > 0 else { return }
        (place - 1).storeBytes(of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10), as: UInt8.self)
    }

    /// "00".
    private static let zeros: UInt16 = 0x3030

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

    /// Writes a double that is a decimal of few places and not an integer; returns false when it is none.
    private static func writeDecimal(_ value: Double, to bytes: inout ByteWriter) -> Bool {
        // Below, zeros after the point would make the places more than the digits.
        guard value >= 0.001 else { return false }
        // Prices and coordinates; of times in seconds the milliseconds.
        var places = value < 1e9 ? 6 : 3
        let scale = places == 6 ? 1e6 : 1e3
        guard value * scale < decimalMax else { return false }
        let digits = UInt64(Int64(nearest: value * scale))
        guard Double(digits) / scale == value else { return false }
        let (whole, rest) = digits.quotientAndRemainder(dividingBy: UInt64(scale))
        var fraction = rest
        while fraction % 10 == 0 {
            fraction /= 10
            places -= 1
        }
        let count = digitCount(whole)
        bytes.reserve(count + 1 + places)
        let point = bytes.cursor + count
        writeDigits(whole, count, before: point)
        point.storeBytes(of: UInt8(ascii: "."), as: UInt8.self)
        bytes.cursor = point + 1 + places
        writeDigits(fraction, places, before: bytes.cursor)
        return true
    }

    /// Writes the digits that the standard library finds, which are the shortest, where JavaScript puts them.
    private static func writeShortest(_ value: Double, to bytes: inout ByteWriter) {
        // Of 17 digits and a zero at most: they fit an integer.
        var digits: UInt64 = 0
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
                digits = digits &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
            }
        }
        while digits > 0, digits % 10 == 0 {
            digits /= 10
            exponent += 1
        }
        var count = 1
        while count < 19, digits >= power(count) { count += 1 }
        write(digits, count, pointAfter: count + exponent, to: &bytes)
    }

    /// Ten to the power of up to 19.
    private static func power(_ exponent: Int) -> UInt64 {
        var power: UInt64 = 1
        for _ in 0..<exponent { power &*= 10 }
        return power
    }

    /// Writes so many digits with the point after some of them; 0.001 is the digit 1 with the point after -2.
    private static func write(_ digits: UInt64, _ count: Int, pointAfter point: Int, to bytes: inout ByteWriter) {
        let zero = UInt8(ascii: "0")
        switch point {
        case count...21:
            write(digits, atLeast: count, to: &bytes)
            for _ in count..<point { bytes.append(zero) }
        case 1...21:
            writeSplit(digits, count - point, to: &bytes)
        case -5...0:
            bytes.append("0.")
            for _ in point..<0 { bytes.append(zero) }
            write(digits, atLeast: count, to: &bytes)
        default:
            writeSplit(digits, count - 1, to: &bytes)
            bytes.append(point > 0 ? "e+" : "e-")
            write(UInt64((point - 1).magnitude), atLeast: 1, to: &bytes)
        }
    }

    /// Writes digits with a point before so many of them.
    private static func writeSplit(_ digits: UInt64, _ count: Int, to bytes: inout ByteWriter) {
        let (whole, fraction) = digits.quotientAndRemainder(dividingBy: power(count))
        write(whole, atLeast: 1, to: &bytes)
        guard count > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        write(fraction, atLeast: count, to: &bytes)
    }
}
