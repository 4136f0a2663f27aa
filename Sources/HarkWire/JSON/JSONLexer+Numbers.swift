/// Numbers.
extension JSONLexer {
    /// What most numbers are.
    enum ShortNumber {
        case integer(Int64)
        case decimal(Double)
    }

    /// The number whose sign or first digit is next, if it has at most 18 digits and no exponent. Otherwise nothing is
    /// read.
    @inline(__always)
    mutating func readShortNumber() -> ShortNumber? {
        let begin = bytes.cursor
        let isNegative = begin < bytes.end && begin.load(as: UInt8.self) == UInt8(ascii: "-")
        let first = isNegative ? begin + 1 : begin
        var magnitude: Int64 = 0
        let cursor = JSONDigits.read(&magnitude, from: first, to: bytes.end)
        guard 1...18 ~= cursor - first else { return nil }
        let next = cursor < bytes.end ? cursor.load(as: UInt8.self) : 0
        if next == UInt8(ascii: ".") { return readShortDecimal(isNegative, magnitude, from: first, pointAt: cursor) }
        // A zero may be negative, or lead where it must not.
        guard next | 0x20 != UInt8(ascii: "e"), first.load(as: UInt8.self) != UInt8(ascii: "0") else { return nil }
        bytes.cursor = cursor
        return .integer(isNegative ? -magnitude : magnitude)
    }

    /// The rest of a number from its point on.
    private mutating func readShortDecimal(
        _ isNegative: Bool, _ whole: Int64, from first: UnsafeRawPointer, pointAt point: UnsafeRawPointer
    ) -> ShortNumber? {
        var magnitude = whole
        let cursor = JSONDigits.read(&magnitude, from: point + 1, to: bytes.end)
        let next = cursor < bytes.end ? cursor.load(as: UInt8.self) : 0
        let places = cursor - point - 1
        guard 1..<JSONDigits.powers.count ~= places, cursor - first <= 19, magnitude <= JSONNumber.exactMax,
            next | 0x20 != UInt8(ascii: "e"),
            whole == 0 ? point == first + 1 : first.load(as: UInt8.self) != UInt8(ascii: "0")
        else { return nil }
        bytes.cursor = cursor
        // Both are exact, so the one rounding of the division is the right one (Clinger 1990).
        let value = Double(magnitude) / Double(JSONDigits.powers[places])
        return .decimal(isNegative ? -value : value)
    }

    /// The number whose sign or first digit is next.
    mutating func readNumber() throws(JSONError) -> Value {
        switch readShortNumber() {
        case .integer(let value): .int(value)
        case .decimal(let value): .double(value)
        case nil: try readLongNumber()
        }
    }

    /// The same, of any length.
    @inline(never)
    mutating func readLongNumber() throws(JSONError) -> Value {
        let begin = bytes.cursor
        var number = JSONNumber()
        if bytes.peek() == UInt8(ascii: "-") {
            number.isNegative = true
            bytes.cursor += 1
        }
        let isZero = bytes.peek() == UInt8(ascii: "0")
        guard readDigits(&number) else { throw error(.expected("a digit")) }
        if isZero, (bytes.cursor - begin) > (number.isNegative ? 2 : 1) {
            throw error(.expected("no digit after a leading zero"))
        }
        if bytes.peek() == UInt8(ascii: ".") {
            number.isFraction = true
            bytes.cursor += 1
            let point = bytes.cursor
            guard readDigits(&number) else { throw error(.expected("a digit after the point")) }
            number.exponent = point - bytes.cursor
        }
        if let byte = bytes.peek(), byte | 0x20 == UInt8(ascii: "e") { try readExponent(&number) }
        let literal = UnsafeRawBufferPointer(start: begin, count: bytes.cursor - begin)
        guard let value = number.value(literal) else { throw error(.numberOverflows) }
        return value
    }

    @inline(__always)
    private mutating func readDigits(_ number: inout JSONNumber) -> Bool {
        var cursor = bytes.cursor
        while cursor < bytes.end {
            let digit = cursor.load(as: UInt8.self) &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            number.append(digit)
            cursor += 1
        }
        defer { bytes.cursor = cursor }
        return cursor > bytes.cursor
    }

    private mutating func readExponent(_ number: inout JSONNumber) throws(JSONError) {
        number.isFraction = true
        bytes.cursor += 1
        let sign = bytes.peek()
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { bytes.cursor += 1 }
        guard let digit = bytes.peek(), digit &- UInt8(ascii: "0") < 10 else {
            throw error(.expected("a digit in the exponent"))
        }
        var exponent = 0
        while let byte = bytes.peek(), byte &- UInt8(ascii: "0") < 10 {
            exponent = min(exponent * 10 + Int(byte &- UInt8(ascii: "0")), JSONNumber.exponentMax)
            bytes.cursor += 1
        }
        number.exponent += sign == UInt8(ascii: "-") ? -exponent : exponent
    }
}
