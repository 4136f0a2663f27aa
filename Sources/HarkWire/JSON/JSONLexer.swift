/// Takes a JSON text apart into its words, one after the other, in place: what `JSONReader` and `JSONCursor` share.
struct JSONLexer: ~Copyable {
    var bytes: ByteReader
    private let start: UnsafeRawPointer
    /// Where strings with escapes are put together; made when the first one comes, if nobody lent one.
    var scratch: JSONScratch?

    @inline(__always)
    init(_ text: UnsafeRawBufferPointer, scratch: JSONScratch?) {
        bytes = ByteReader(text)
        start = bytes.cursor
        self.scratch = scratch
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
    mutating func take(_ wanted: Unicode.Scalar) -> Bool {
        passSpace()
        guard bytes.peek() == UInt8(ascii: wanted) else { return false }
        bytes.cursor += 1
        return true
    }

    /// The byte that the next value begins with, which stays next.
    @inline(__always)
    mutating func peekValue() throws(JSONError) -> UInt8 {
        passSpace()
        guard let byte = bytes.peek() else { throw error(.expected("a value")) }
        return byte
    }

    /// The error of a byte that begins no value.
    @inline(never)
    func valueError() -> JSONError {
        let rest = bytes.rest
        let isMark = offset == 0 && rest.count >= 3 && rest[0] == 0xEF && rest[1] == 0xBB && rest[2] == 0xBF
        return error(isMark ? .byteOrderMark : .expected("a value"))
    }

    @inline(__always)
    mutating func passWord(_ word: StaticString) throws(JSONError) {
        let count = word.utf8CodeUnitCount
        guard bytes.remaining >= count,
            UInt64(few: bytes.cursor, count) == UInt64(few: UnsafeRawPointer(word.utf8Start), count)
        else { return try passWordSlowly(word) }
        bytes.cursor += count
    }

    /// Finds the byte that is not as it should be.
    @inline(never)
    private mutating func passWordSlowly(_ word: StaticString) throws(JSONError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard bytes.peek() == word.utf8Start[index] else { throw error(.expected("\(word)")) }
            bytes.cursor += 1
        }
    }

    /// That nothing but white space is left.
    mutating func finish() throws(JSONError) {
        passSpace()
        guard bytes.isAtEnd else { throw error(.trailing) }
    }
}
