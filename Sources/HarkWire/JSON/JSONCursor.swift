/// Reads one whole JSON text in place, part by part, as the caller asks for it, and never builds a `Value`.
///
/// ```swift
/// try cursor.beginArray()
/// while try cursor.nextElement() { … }       // one value is read, transcoded or skipped for each
/// try cursor.finish()
/// ```
/// Trusts nothing, and refuses what `JSONReader` refuses. After an error it is of no further use.
package struct JSONCursor: ~Copyable {
    private var lexer: JSONLexer
    /// Whether an array or object has just begun: no comma stands before its first part.
    private var isFirst = false

    /// Reads `text`, which must stay alive and unchanged meanwhile.
    ///
    /// - Parameter scratch: where strings with escapes are put together. Who reads many texts lends the same each
    ///   time; nobody else may use it meanwhile. Without it memory is allocated when the first such string comes.
    package init(_ text: UnsafeRawBufferPointer, scratch: JSONScratch? = nil) {
        lexer = JSONLexer(text, scratch: scratch)
    }

    deinit { lexer.scratch?.trim() }

    /// In bytes from the start of the text.
    package var offset: Int { lexer.offset }

    /// What comes next; nil at the end, and where no value begins.
    package var nextKind: JSONKind? {
        var cursor = lexer.bytes.cursor
        while cursor < lexer.bytes.end {
            switch cursor.load(as: UInt8.self) {
            case 0x20, 0x0A, 0x0D, 0x09: cursor += 1
            case UInt8(ascii: "\""): return .string
            case UInt8(ascii: "{"): return .object
            case UInt8(ascii: "["): return .array
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
            case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
            case UInt8(ascii: "n"): return .null
            default: return nil
            }
        }
        return nil
    }

    /// That nothing but white space is left.
    package mutating func finish() throws(JSONError) { try lexer.finish() }
}

// MARK: - Containers

extension JSONCursor {
    /// Begins an array: `while try nextElement() { … }` reads its elements and ends it.
    package mutating func beginArray() throws(JSONError) {
        guard lexer.take("[") else { throw lexer.error(.expected("an array")) }
        isFirst = true
    }

    /// Whether another element follows, which is then to be read. Ends the array when none does.
    @inline(__always)
    package mutating func nextElement() throws(JSONError) -> Bool { try next("]") }

    /// Begins an object: `while let key = try nextKey() { … }` reads its fields and ends it.
    package mutating func beginObject() throws(JSONError) {
        guard lexer.take("{") else { throw lexer.error(.expected("an object")) }
        isFirst = true
    }

    /// The key of the next field, whose value is then to be read. Ends the object when there is none.
    ///
    /// - Returns: its UTF-8, valid until the next string is read.
    package mutating func nextKey() throws(JSONError) -> UnsafeRawBufferPointer? {
        guard try next("}") else { return nil }
        if let key = lexer.takePlainKey() { return key }
        lexer.passSpace()
        guard lexer.bytes.peek() == UInt8(ascii: "\"") else { throw lexer.error(.expected("a key in quotes")) }
        let key = try lexer.readText()
        guard lexer.take(":") else { throw lexer.error(.expected("\":\"")) }
        return key
    }

    @inline(__always)
    private mutating func next(_ end: Unicode.Scalar) throws(JSONError) -> Bool {
        if isFirst {
            isFirst = false
            return !lexer.take(end)
        }
        if lexer.take(",") { return true }
        guard lexer.take(end) else { throw lexer.error(.expected("\",\" or \"\(end)\"")) }
        return false
    }
}

// MARK: - Scalars

extension JSONCursor {
    /// Reads a string.
    ///
    /// - Returns: its UTF-8, valid until the next string is read: in place where it has no escape.
    package mutating func readString() throws(JSONError) -> UnsafeRawBufferPointer {
        lexer.passSpace()
        guard lexer.bytes.peek() == UInt8(ascii: "\"") else { throw lexer.error(.expected("a string")) }
        return try lexer.readText()
    }

    /// Reads a truth value.
    package mutating func readBool() throws(JSONError) -> Bool {
        switch try lexer.peekValue() {
        case UInt8(ascii: "t"):
            try lexer.passWord("true")
            return true
        case UInt8(ascii: "f"):
            try lexer.passWord("false")
            return false
        default: throw lexer.error(.expected("true or false"))
        }
    }

    /// Reads null.
    package mutating func readNull() throws(JSONError) {
        guard try lexer.peekValue() == UInt8(ascii: "n") else { throw lexer.error(.expected("null")) }
        try lexer.passWord("null")
    }
}

// MARK: - Whole values

extension JSONCursor {
    /// Passes over the next value, checking it as `transcode` does.
    package mutating func skip() throws(JSONError) { try skip(0) }

    private mutating func skip(_ depth: Int) throws(JSONError) {
        let byte = try lexer.peekValue()
        switch byte {
        case UInt8(ascii: "\""): _ = try lexer.readText()
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            try check(depth)
            lexer.bytes.cursor += 1
            isFirst = true
            if byte == UInt8(ascii: "[") {
                while try nextElement() { try skip(depth + 1) }
            } else {
                while try nextKey() != nil { try skip(depth + 1) }
            }
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try lexer.readNumber()
        case UInt8(ascii: "t"): try lexer.passWord("true")
        case UInt8(ascii: "f"): try lexer.passWord("false")
        case UInt8(ascii: "n"): try lexer.passWord("null")
        default: throw lexer.valueError()
        }
    }

    private func check(_ depth: Int) throws(JSONError) {
        guard depth < Value.depthMax else { throw lexer.error(.tooDeep(limit: Value.depthMax)) }
    }

    /// Writes the next value as CBOR: numbers as `JSONReader` reads them, `{"$bytes":"…"}` with valid base64 as bytes.
    ///
    /// - Parameter output: what is written must not leave the frame it stands in; after an error it is incomplete,
    ///   and for the caller to drop.
    package mutating func transcode(to output: inout ByteWriter) throws(JSONError) { try transcode(0, to: &output) }

    private mutating func transcode(_ depth: Int, to output: inout ByteWriter) throws(JSONError) {
        switch try lexer.peekValue() {
        case UInt8(ascii: "\""): CBORWriter.writeText(try lexer.readText(), to: &output)
        case UInt8(ascii: "["): try transcodeArray(depth, to: &output)
        case UInt8(ascii: "{"): try transcodeObject(depth, to: &output)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            switch lexer.readShortNumber() {
            case .integer(let value): CBORWriter.write(value, to: &output)
            case .decimal(let value): CBORWriter.write(value, to: &output)
            case nil: try transcodeLongNumber(to: &output)
            }
        case UInt8(ascii: "t"):
            try lexer.passWord("true")
            CBORWriter.write(true, to: &output)
        case UInt8(ascii: "f"):
            try lexer.passWord("false")
            CBORWriter.write(false, to: &output)
        case UInt8(ascii: "n"):
            try lexer.passWord("null")
            CBORWriter.writeNull(to: &output)
        default: throw lexer.valueError()
        }
    }

    @inline(never)
    private mutating func transcodeLongNumber(to output: inout ByteWriter) throws(JSONError) {
        switch try lexer.readLongNumber() {
        case .int(let value): CBORWriter.write(value, to: &output)
        case .double(let value): CBORWriter.write(value, to: &output)
        default: break
        }
    }

    private mutating func transcodeArray(_ depth: Int, to output: inout ByteWriter) throws(JSONError) {
        try check(depth)
        try beginArray()
        var head = CBORCountedHead(.array, to: &output)
        while try nextElement() {
            head.countPart(to: &output)
            try transcode(depth + 1, to: &output)
        }
        head.end(to: &output)
    }

    private mutating func transcodeObject(_ depth: Int, to output: inout ByteWriter) throws(JSONError) {
        try check(depth)
        try beginObject()
        var head = CBORCountedHead(.object, to: &output)
        var isFirstKey = true
        while let key = try nextKey() {
            let isBytes = isFirstKey && Base64.isKey(key) && nextKind == .string
            isFirstKey = false
            if isBytes, try transcodeBytes(&head, to: &output) { return }
            if isBytes { continue }
            head.countPart(to: &output)
            CBORWriter.writeText(key, to: &output)
            try transcode(depth + 1, to: &output)
        }
        head.end(to: &output)
    }

    /// Reads the string after the first key, `$bytes`. If that is all there is in the object and base64, the object
    /// becomes bytes and has ended; otherwise the field is written as any other.
    private mutating func transcodeBytes(
        _ head: inout CBORCountedHead, to output: inout ByteWriter
    ) throws(JSONError) -> Bool {
        let text = try readString()
        lexer.passSpace()
        if lexer.bytes.peek() == UInt8(ascii: "}") {
            output.abandonFrame(after: head.offset)
            if Base64.transcode(text, to: &output) {
                lexer.bytes.cursor += 1
                return true
            }
            head = CBORCountedHead(.object, to: &output)
        }
        head.countPart(to: &output)
        CBORWriter.write(Base64.key, to: &output)
        CBORWriter.writeText(text, to: &output)
        return false
    }
}
