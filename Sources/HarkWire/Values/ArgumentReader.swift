/// Where arguments are read, one after the other, in place; the wire format stays behind its methods.
///
/// Everything is checked while it is read. After an error the reader is of no further use.
public struct ArgumentReader: ~Copyable {
    @usableFromInline package var cbor: CBORReader

    /// Reads `bytes`, which must stay alive and unchanged meanwhile.
    @inlinable package init(_ bytes: UnsafeRawBufferPointer) { cbor = CBORReader(bytes) }

    /// Whether there is no further argument. Inside an array or object ask `next(in:)` instead.
    @inlinable public var isAtEnd: Bool { cbor.isAtEnd && cbor.depth == 0 }

    /// What comes next, or nil at the end and where the bytes make no sense.
    public var nextKind: ArgumentKind? {
        var probe = cbor
        return probe.kind()
    }
}

// MARK: - Scalars

extension ArgumentReader {
    /// Passes over null, if that is next.
    @inlinable
    public mutating func takeNull() -> Bool {
        guard let byte = cbor.bytes.peek() else { return false }
        guard byte == 0xF6 || byte == 0xF7 else { return byte &>> 5 == 6 ? takeTaggedNull() : false }
        cbor.bytes.cursor += 1
        return true
    }

    /// Reads a truth value.
    @inlinable
    public mutating func readBool() throws(ArgumentError) -> Bool {
        let initial = try readInitial()
        guard initial &>> 1 == 0xF4 &>> 1 else { throw mismatch(.bool, initial) }
        return initial == 0xF5
    }

    /// Reads an integer, or a double that is one within ±2^53.
    @inlinable
    public mutating func readInteger<Integer: FixedWidthInteger>(
        _: Integer.Type = Integer.self
    ) throws(ArgumentError) -> Integer {
        let initial = try readInitial()
        if initial < 24 { return Integer(truncatingIfNeeded: initial) }
        if let (isNegative, bits) = try readWideInteger(initial) {
            let value = isNegative ? Int64(exactly: bits).flatMap { Integer(exactly: ~$0) } : Integer(exactly: bits)
            if let value { return value }
        }
        throw .outOfRange(type: "\(Integer.self)")
    }

    /// Reads a number as a double; an integer beyond 2^53 is rounded to the nearest.
    @inlinable
    public mutating func readDouble() throws(ArgumentError) -> Double {
        let initial = try readInitial()
        do {
            if let value = try cbor.readFloat(initial) { return value }
        } catch { throw ArgumentError(error) }
        return try readIntegerAsDouble(initial)
    }

    /// Reads text. Up to fifteen bytes of it cost no allocation.
    @inlinable
    public mutating func readString() throws(ArgumentError) -> String {
        let initial = try readInitial()
        guard initial &>> 5 == 3 else { throw mismatch(.string, initial) }
        do { return try cbor.readText(initial) } catch { throw ArgumentError(error) }
    }

    /// Reads a copy of bytes.
    @inlinable
    public mutating func readBytes() throws(ArgumentError) -> Bytes {
        let initial = try readInitial()
        guard initial &>> 5 == 2 else { throw mismatch(.bytes, initial) }
        do { return Bytes(try cbor.readByteArray(initial)) } catch { throw ArgumentError(error) }
    }

    /// Calls `body` with bytes in place, or with a copy where the wire has them in several pieces.
    @inlinable
    public mutating func withBytes<Result>(_ body: (RawSpan) -> Result) throws(ArgumentError) -> Result {
        if let slice = try readBytesInPlace() { return body(slice.bytes) }
        return try readBytes().withBytes(body)
    }

    /// Bytes in place, valid as long as those being read. Nil, and nothing read, when they are in several pieces.
    @inlinable
    package mutating func readBytesInPlace() throws(ArgumentError) -> UnsafeRawBufferPointer? {
        let before = cbor.bytes.cursor
        let initial = try readInitial()
        guard initial &>> 5 == 2 else { throw mismatch(.bytes, initial) }
        guard !CBORReader.isOpen(initial) else {
            cbor.bytes.cursor = before
            return nil
        }
        do { return try cbor.readSlice(initial) } catch { throw ArgumentError(error) }
    }

    /// Reads whatever comes next.
    public mutating func readValue() throws(ArgumentError) -> Value {
        if isAtEnd { throw .missing }
        do { return try cbor.readValue() } catch { throw ArgumentError(error) }
    }

    /// Passes over whatever comes next, checking it on the way.
    public mutating func skip() throws(ArgumentError) {
        if isAtEnd { throw .missing }
        do { try cbor.skip() } catch { throw ArgumentError(error) }
    }
}

// MARK: - Containers

extension ArgumentReader {
    /// Begins an array: `while try reader.next(in: &array) { … }` reads its elements and ends it.
    @inlinable
    public mutating func beginArray() throws(ArgumentError) -> ArgumentContainer {
        let initial = try readInitial()
        guard initial &>> 5 == 4 else { throw mismatch(.array, initial) }
        do {
            return ArgumentContainer(left: try cbor.readContainerHead(initial, ofFields: false))
        } catch { throw ArgumentError(error) }
    }

    /// Begins an object: `while let key = try reader.nextKey(in: &object) { … }` reads its fields and ends it.
    @inlinable
    public mutating func beginObject() throws(ArgumentError) -> ArgumentContainer {
        let initial = try readInitial()
        guard initial &>> 5 == 5 else { throw mismatch(.object, initial) }
        do {
            return ArgumentContainer(left: try cbor.readContainerHead(initial, ofFields: true))
        } catch { throw ArgumentError(error) }
    }

    /// Whether another element follows, which is then read or skipped. Ends the container when none does.
    @inlinable
    public mutating func next(in container: inout ArgumentContainer) throws(ArgumentError) -> Bool {
        do { return try cbor.next(&container.left) } catch { throw ArgumentError(error) }
    }

    /// The key of the next field, whose value is then read or skipped. Ends the object when there is none.
    @inlinable
    public mutating func nextKey(in container: inout ArgumentContainer) throws(ArgumentError) -> String? {
        do {
            return try cbor.next(&container.left) ? try cbor.readKey() : nil
        } catch { throw ArgumentError(error) }
    }

    /// Passes over what is left of an array or object.
    public mutating func skipRest(ofArray container: inout ArgumentContainer) throws(ArgumentError) {
        while try next(in: &container) { try skip() }
    }

    /// Takes `byteCount` from the memory that decoding may use. A type that keeps much more than it reads calls it.
    @inlinable
    public mutating func charge(_ byteCount: Int) throws(ArgumentError) {
        do { try cbor.charge(byteCount) } catch { throw ArgumentError(error) }
    }
}

// MARK: - Inside

extension ArgumentReader {
    @inlinable
    mutating func readInitial() throws(ArgumentError) -> UInt8 {
        if isAtEnd { throw .missing }
        do { return try cbor.readUntagged() } catch { throw ArgumentError(error) }
    }

    /// Any integer as bits or -1 - bits; nil when the number is not one.
    @usableFromInline
    mutating func readWideInteger(_ initial: UInt8) throws(ArgumentError) -> (isNegative: Bool, bits: UInt64)? {
        let double: Double?
        do {
            if initial &>> 6 == 0 { return (initial &>> 5 == 1, try cbor.readNumber(initial)) }
            double = try cbor.readFloat(initial)
        } catch { throw ArgumentError(error) }
        guard let double else { throw mismatch(.int, initial) }
        guard let integer = Int64(integral: double) else { return nil }
        return (integer < 0, UInt64(bitPattern: integer < 0 ? ~integer : integer))
    }

    @usableFromInline
    mutating func readIntegerAsDouble(_ initial: UInt8) throws(ArgumentError) -> Double {
        guard initial &>> 6 == 0 else { throw mismatch(.double, initial) }
        guard let (isNegative, bits) = try readWideInteger(initial) else { throw mismatch(.double, initial) }
        guard isNegative else { return Double(bits) }
        return bits == .max ? -0x1p64 : -Double(bits + 1)
    }

    @usableFromInline @inline(never)
    mutating func takeTaggedNull() -> Bool {
        var probe = cbor
        guard let byte = try? probe.readUntagged(), byte == 0xF6 || byte == 0xF7 else { return false }
        cbor = probe
        return true
    }

    @usableFromInline @inline(never)
    mutating func mismatch(_ expected: ArgumentKind, _ initial: UInt8) -> ArgumentError {
        guard let found = CBORReader.kind(initial) else { return ArgumentError(cbor.simpleError(initial)) }
        return .mismatch(expected: expected, found: found)
    }
}

extension CBORReader {
    /// What an initial byte announces, or nil when it makes no sense.
    static func kind(_ initial: UInt8) -> ArgumentKind? {
        switch initial {
        case 0x00...0x1B, 0x20...0x3B: .int
        case 0x40...0x5B, 0x5F: .bytes
        case 0x60...0x7B, 0x7F: .string
        case 0x80...0x9B, 0x9F: .array
        case 0xA0...0xBB, 0xBF: .object
        case 0xF4, 0xF5: .bool
        case 0xF6, 0xF7: .null
        case 0xF9...0xFB: .double
        default: nil
        }
    }

    /// What comes next, its tag considered.
    mutating func kind() -> ArgumentKind? {
        guard var initial = try? readInitial() else { return nil }
        var tag: UInt64?
        while initial &>> 5 == 6 {
            tag = try? readNumber(initial)
            guard tag != nil, let next = try? readInitial() else { return nil }
            initial = next
        }
        let kind = Self.kind(initial)
        return switch (tag, kind) {
        case (CBORTag.epoch, .int), (CBORTag.epoch, .double): .date
        case (CBORTag.regex, .string): .regex
        default: kind
        }
    }
}
