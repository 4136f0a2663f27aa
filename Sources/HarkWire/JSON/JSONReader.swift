/// Reads a JSON text (RFC 8259) as a value, trusting nothing: no byte order mark, no invalid UTF-8, no lone
/// surrogate, nesting, length and memory limited.
///
/// Elements are collected on one stack and moved to an array of their exact number where it ends.
package struct JSONReader: ~Copyable {
    /// What a reader may be asked beyond the standard.
    package struct Options: Sendable {
        /// Whether `{"$bytes":"…"}` reads as bytes, which is how `JSONWriter` writes them.
        package var readsBytes = false
        /// 16 MiB by default, the largest frame there is.
        package var byteCountMax = 1 << 24

        package init(readsBytes: Bool = false, byteCountMax: Int = 1 << 24) {
            self.readsBytes = readsBytes
            self.byteCountMax = byteCountMax
        }
    }

    var bytes: ByteReader
    private let start: UnsafeRawPointer
    private let options: Options
    private var depth = 0
    private var budget: Int
    private var stack: ValueStack
    /// Where strings with escapes are put together.
    var scratch: [UInt8] = []

    /// 32 values, 768 bytes of the thread's stack: an event of a few arguments and a few fields.
    private static var lentCount: Int { 32 }

    private init(
        _ bytes: UnsafeRawBufferPointer, _ options: Options, _ lent: UnsafeMutableBufferPointer<Value>
    ) {
        stack = ValueStack(lent)
        self.bytes = ByteReader(bytes)
        start = self.bytes.cursor
        self.options = options
        budget = Value.memoryBudget(wireByteCount: bytes.count)
    }

    /// The value that `bytes` are, all of them; white space around it is allowed.
    package static func value(
        of bytes: UnsafeRawBufferPointer, options: Options = Options()
    ) throws(JSONError) -> Value {
        guard bytes.count <= options.byteCountMax else {
            throw JSONError(.tooLong(limit: options.byteCountMax), at: 0)
        }
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
            throw JSONError(.byteOrderMark, at: 0)
        }
        let result: Result<Value, JSONError> = withUnsafeTemporaryAllocation(of: Value.self, capacity: lentCount) {
            lent in
            do throws(JSONError) {
                var reader = JSONReader(bytes, options, lent)
                return .success(try reader.readWhole())
            } catch { return .failure(error) }
        }
        return try result.get()
    }

    private mutating func readWhole() throws(JSONError) -> Value {
        let value = try readValue()
        passSpace()
        guard bytes.isAtEnd else { throw error(.trailing) }
        return value
    }

    var offset: Int { bytes.cursor - start }

    @inline(never)
    func error(_ reason: JSONError.Reason) -> JSONError { JSONError(reason, at: offset) }

    @inline(__always)
    mutating func passSpace() {
        while let byte = bytes.peek(), byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            bytes.cursor += 1
        }
    }

    /// Takes a byte if it is next, after white space.
    @inline(__always)
    private mutating func take(_ wanted: Unicode.Scalar) -> Bool {
        passSpace()
        guard bytes.peek() == UInt8(ascii: wanted) else { return false }
        bytes.cursor += 1
        return true
    }

    private mutating func charge(_ byteCount: Int) throws(JSONError) {
        budget -= byteCount
        if budget < 0 { throw error(.overBudget) }
    }
}

// MARK: - Values

extension JSONReader {
    private mutating func readValue() throws(JSONError) -> Value {
        passSpace()
        guard let byte = bytes.peek() else { throw error(.expected("a value")) }
        switch byte {
        case UInt8(ascii: "\""): return .string(try readChargedString())
        case UInt8(ascii: "{"): return try readObject()
        case UInt8(ascii: "["): return try readArray()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try readNumber()
        case UInt8(ascii: "t"): return try readWord("true", .bool(true))
        case UInt8(ascii: "f"): return try readWord("false", .bool(false))
        case UInt8(ascii: "n"): return try readWord("null", .null)
        default: throw error(.expected("a value"))
        }
    }

    private mutating func readWord(_ word: StaticString, _ value: Value) throws(JSONError) -> Value {
        for index in 0..<word.utf8CodeUnitCount {
            guard bytes.peek() == word.utf8Start[index] else { throw error(.expected("\(word)")) }
            bytes.cursor += 1
        }
        return value
    }

    private mutating func readChargedString() throws(JSONError) -> String {
        let text = try readString()
        let byteCount = text.utf8.count
        // Up to 15 bytes live in the string itself.
        if byteCount > 15 { try charge(byteCount + CBORReader.heapByteCount) }
        return text
    }

    private mutating func enter() throws(JSONError) {
        guard depth < Value.depthMax else { throw error(.tooDeep(limit: Value.depthMax)) }
        depth += 1
        bytes.cursor += 1
    }

    private mutating func readArray() throws(JSONError) -> Value {
        try enter()
        defer { depth -= 1 }
        if take("]") { return .array([]) }
        let first = stack.count
        repeat {
            stack.push(try readValue())
        } while take(",")
        guard take("]") else { throw error(.expected("\",\" or \"]\"")) }
        try charge((stack.count - first) * MemoryLayout<Value>.stride + CBORReader.heapByteCount)
        return .array(stack.takeArray(from: first))
    }

    private mutating func readObject() throws(JSONError) -> Value {
        try enter()
        defer { depth -= 1 }
        if take("}") { return .object([:]) }
        let first = stack.count
        repeat {
            passSpace()
            guard bytes.peek() == UInt8(ascii: "\"") else { throw error(.expected("a key in quotes")) }
            stack.push(.string(try readChargedString()))
            guard take(":") else { throw error(.expected("\":\"")) }
            stack.push(try readValue())
        } while take(",")
        guard take("}") else { throw error(.expected("\",\" or \"}\"")) }
        let count = (stack.count - first) / 2
        try charge(count * MemoryLayout<(String, Value)>.stride + CBORReader.heapByteCount)
        let object = stack.takeObject(from: first)
        if options.readsBytes, let text = Base64.payload(of: object) {
            guard let content = Base64.bytes(text) else { throw error(.badBase64) }
            return .bytes(Bytes(content))
        }
        return .object(object)
    }
}

// MARK: - Numbers

extension JSONReader {
    private mutating func readNumber() throws(JSONError) -> Value {
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
