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

    private var lexer: JSONLexer
    private let options: Options
    private var depth = 0
    private var budget: Int
    private var stack: ValueStack

    /// 32 values, 768 bytes of the thread's stack: an event of a few arguments and a few fields.
    private static var lentCount: Int { 32 }

    private init(
        _ bytes: UnsafeRawBufferPointer, _ options: Options, _ lent: UnsafeMutableBufferPointer<Value>
    ) {
        stack = ValueStack(lent)
        lexer = JSONLexer(bytes, scratch: nil)
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
        try lexer.finish()
        return value
    }

    private mutating func charge(_ byteCount: Int) throws(JSONError) {
        budget -= byteCount
        if budget < 0 { throw lexer.error(.overBudget) }
    }
}

// MARK: - Values

extension JSONReader {
    private mutating func readValue() throws(JSONError) -> Value {
        switch try lexer.peekValue() {
        case UInt8(ascii: "\""): return .string(try readChargedString())
        case UInt8(ascii: "{"): return try readObject()
        case UInt8(ascii: "["): return try readArray()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try lexer.readNumber()
        case UInt8(ascii: "t"): return try readWord("true", .bool(true))
        case UInt8(ascii: "f"): return try readWord("false", .bool(false))
        case UInt8(ascii: "n"): return try readWord("null", .null)
        default: throw lexer.valueError()
        }
    }

    private mutating func readWord(_ word: StaticString, _ value: Value) throws(JSONError) -> Value {
        try lexer.passWord(word)
        return value
    }

    private mutating func readChargedString() throws(JSONError) -> String {
        let slice = try lexer.readString()
        if let text = String(shortASCII: slice) { return text }
        guard let text = ByteReader.text(slice) else { throw lexer.error(.badUTF8) }
        // Up to 15 bytes live in the string itself.
        if slice.count > 15 { try charge(slice.count + CBORReader.heapByteCount) }
        return text
    }

    private mutating func enter() throws(JSONError) {
        guard depth < Value.depthMax else { throw lexer.error(.tooDeep(limit: Value.depthMax)) }
        depth += 1
        lexer.bytes.cursor += 1
    }

    private mutating func readArray() throws(JSONError) -> Value {
        try enter()
        defer { depth -= 1 }
        if lexer.take("]") { return .array([]) }
        let first = stack.count
        repeat {
            stack.push(try readValue())
        } while lexer.take(",")
        guard lexer.take("]") else { throw lexer.error(.expected("\",\" or \"]\"")) }
        try charge((stack.count - first) * MemoryLayout<Value>.stride + CBORReader.heapByteCount)
        return .array(stack.takeArray(from: first))
    }

    private mutating func readObject() throws(JSONError) -> Value {
        try enter()
        defer { depth -= 1 }
        if lexer.take("}") { return .object([:]) }
        let first = stack.count
        repeat {
            lexer.passSpace()
            guard lexer.bytes.peek() == UInt8(ascii: "\"") else { throw lexer.error(.expected("a key in quotes")) }
            stack.push(.string(try readChargedString()))
            guard lexer.take(":") else { throw lexer.error(.expected("\":\"")) }
            stack.push(try readValue())
        } while lexer.take(",")
        guard lexer.take("}") else { throw lexer.error(.expected("\",\" or \"}\"")) }
        let count = (stack.count - first) / 2
        try charge(count * MemoryLayout<(String, Value)>.stride + CBORReader.heapByteCount)
        let object = stack.takeObject(from: first)
        if options.readsBytes, let text = Base64.payload(of: object) {
            guard let content = Base64.bytes(text) else { throw lexer.error(.badBase64) }
            return .bytes(Bytes(content))
        }
        return .object(object)
    }
}
