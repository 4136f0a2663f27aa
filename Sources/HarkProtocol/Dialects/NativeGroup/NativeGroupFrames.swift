import HarkWire

/// Reads the events that begin in a datagram, in place.
struct NativeGroupFrames {
    enum Step {
        case event
        /// Not all of the last event is here; `length` is how long its arguments are.
        case part(length: Int)
        case end
        case malformed
    }

    private var reader: ByteReader
    /// Of the event read last.
    private(set) var name = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Of the event read last, or as much of them as is here.
    private(set) var arguments = UnsafeRawBufferPointer(start: nil, count: 0)
    private var isNamed = false
    /// How many events were read.
    private(set) var count: UInt64 = 0

    init(_ bytes: UnsafeRawBufferPointer) { reader = ByteReader(bytes) }

    /// Nothing more to read.
    var isAtEnd: Bool { reader.isAtEnd }

    /// Reads an event, if one is here whole. Whatever else is here stays.
    @inline(__always)
    mutating func readEvent() -> Bool {
        var body = reader
        guard let length = body.readLEB128(), length > 0, length <= UInt64(body.remaining) else { return false }
        let end = body.cursor + Int(length)
        body = ByteReader(cursor: body.cursor, end: end)
        guard readName(&body) else { return false }
        arguments = body.rest
        reader.cursor = end
        count &+= 1
        return true
    }

    /// Reads an event, or tells why there is none.
    mutating func next() -> Step {
        if readEvent() { return .event }
        guard let length = reader.readLEB128() else { return reader.isAtEnd ? .end : .malformed }
        // Zeros only make datagrams equally long.
        guard length > 0 else { return skipPadding() }
        guard length <= UInt64(reader.remaining) else { return readPart(length) }
        return .malformed
    }

    @inline(__always)
    private mutating func readName(_ body: inout ByteReader) -> Bool {
        guard let number = body.readLEB128() else { return false }
        // Valid once is valid for all events that have the same.
        guard number > 0 else { return isNamed }
        guard number <= UInt64(NativeGroupSettings.nameByteCountMax) + 1, let bytes = body.read(Int(number) - 1),
            UTF8Check.isValid(bytes)
        else { return false }
        name = bytes
        isNamed = true
        return true
    }

    private mutating func readPart(_ length: UInt64) -> Step {
        guard length <= UInt64(UInt32.max) else { return .malformed }
        var body = reader
        // The name is never cut.
        guard readName(&body) else { return .malformed }
        let taken = body.cursor - reader.cursor
        arguments = body.rest
        reader.cursor = reader.end
        return .part(length: Int(length) - taken)
    }

    private mutating func skipPadding() -> Step {
        while let byte = reader.readByte() { guard byte == 0 else { return .malformed } }
        return .end
    }
}
