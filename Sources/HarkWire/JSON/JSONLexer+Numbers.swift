/// Numbers.
extension JSONLexer {
    /// The integer whose sign or first digit is next, if it is one of at most 18 digits: most numbers are. Otherwise
    /// nothing is read.
    @inline(__always)
    mutating func readShortInteger() -> Int64? {
        let begin = bytes.cursor
        var cursor = begin
        let isNegative = cursor < bytes.end && cursor.load(as: UInt8.self) == UInt8(ascii: "-")
        if isNegative { cursor += 1 }
        let first = cursor
        var magnitude: Int64 = 0
        var next: UInt8 = 0
        while cursor < bytes.end {
            next = cursor.load(as: UInt8.self)
            let digit = next &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            magnitude = magnitude &* 10 &+ Int64(digit)
            cursor += 1
        }
        let digitCount = cursor - first
        let isEnded = cursor == bytes.end || (next != UInt8(ascii: ".") && next | 0x20 != UInt8(ascii: "e"))
        // A zero may be negative, or lead where it must not.
        guard isEnded, 1...18 ~= digitCount, first.load(as: UInt8.self) != UInt8(ascii: "0") else {
            return nil
        }
        bytes.cursor = cursor
        return isNegative ? -magnitude : magnitude
    }

    /// The number whose sign or first digit is next.
    mutating func readNumber() throws(JSONError) -> Value {
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
