/// A number literal, taken apart while it is scanned: sign, digits, power of ten.
struct JSONNumber {
    /// 2^53: up to here a double holds every integer.
    static let exactMax: UInt64 = 1 << 53

    /// Powers of ten that doubles hold exactly.
    static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// 800 digits: no double, and no point halfway between two, has more than 768; of further digits it only matters
    /// whether one is not zero.
    static let digitCountMax = 800

    /// Exponents are not counted beyond 2^40: no text that fits memory has digits enough to make up for more.
    static let exponentMax = 1 << 40

    /// Beyond ten to the ±100 000 it is an infinity or a zero, whatever the 800 digits are.
    static let usefulExponentMax = 100_000

    var isNegative = false
    /// The digits as one integer; of use while there are no more than 19 of them.
    var mantissa: UInt64 = 0
    /// Without leading zeros.
    var digitCount = 0
    /// What the digits are to be multiplied with, as a power of ten.
    var exponent = 0
    /// Whether there was a fraction or an exponent.
    var isFraction = false

    @inline(__always)
    mutating func append(_ digit: UInt8) {
        if digitCount < 19 { mantissa = mantissa &* 10 &+ UInt64(digit) }
        if digitCount > 0 || digit > 0 { digitCount += 1 }
    }

    /// The value; nil when it overflows. `text` is the literal.
    func value(_ text: UnsafeRawBufferPointer) -> Value? {
        if !isFraction, let integer { return .int(integer) }
        return double(text).map(Value.double)
    }

    /// -0 is not an integer: only a double tells it from 0.
    private var integer: Int64? {
        guard digitCount <= 19, !(isNegative && digitCount == 0) else { return nil }
        guard isNegative else { return Int64(exactly: mantissa) }
        return mantissa <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- mantissa) : nil
    }

    private func double(_ text: UnsafeRawBufferPointer) -> Double? {
        guard digitCount > 0 else { return isNegative ? -0.0 : 0 }
        if digitCount <= 19, mantissa <= Self.exactMax, -22...22 ~= exponent {
            // Both are exact, so the one rounding of the operation is the right one (Clinger 1990).
            let digits = isNegative ? -Double(mantissa) : Double(mantissa)
            return exponent < 0 ? digits / Self.powers[-exponent] : digits * Self.powers[exponent]
        }
        return nearest(text)
    }

    /// The nearest double by way of the standard library, which is given no more digits than can matter.
    private func nearest(_ text: UnsafeRawBufferPointer) -> Double? {
        var digits: [UInt8] = isNegative ? [UInt8(ascii: "-")] : []
        digits.reserveCapacity(min(digitCount, Self.digitCountMax) + 16)
        var kept = 0
        var isMore = false
        for byte in text {
            if byte | 0x20 == UInt8(ascii: "e") { break }
            guard byte >= UInt8(ascii: "0"), kept > 0 || byte > UInt8(ascii: "0") else { continue }
            if kept < Self.digitCountMax { digits.append(byte) } else if byte > UInt8(ascii: "0") { isMore = true }
            kept += 1
        }
        let dropped = max(0, digitCount - Self.digitCountMax)
        if isMore { digits.append(UInt8(ascii: "1")) }
        digits.append(UInt8(ascii: "e"))
        let power = exponent + dropped - (isMore ? 1 : 0)
        digits += Array(String(max(-Self.usefulExponentMax, min(power, Self.usefulExponentMax))).utf8)
        guard let value = Double(String(decoding: digits, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }
}
