/// An event as older wires write it: the JSON array `[name, argument…]`, by itself or as `args` of an object that may
/// have an `id`. Reads one after the other into the same memory, which it holds only while there is one.
package struct JSONEvent: ~Copyable {
    /// The name, the arguments and the id, as one frame.
    private var content: ByteWriter
    private let scratch = JSONScratch()
    private var nameByteCount = 0
    private var idByteCount: Int?
    /// Where the arguments end, behind the name.
    private var argumentsEnd = 0

    package init(pool: ChunkPool) { content = ByteWriter(pool: pool) }

    /// The name read last; valid until the next call.
    package var name: UnsafeRawBufferPointer { slice(0, nameByteCount) }

    /// The arguments read last, as CBOR; valid until the next call.
    package var arguments: UnsafeRawBufferPointer { slice(nameByteCount, argumentsEnd) }

    /// The id of the object read last, if it has one that is text; valid until the next call.
    package var id: UnsafeRawBufferPointer? { idByteCount.map { slice(argumentsEnd, argumentsEnd + $0) } }

    private func slice(_ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: content.frameBytes()[start..<end])
    }

    /// Nothing is read for a while: gives the memory back.
    package mutating func rest() {
        content.discardOpen()
        nameByteCount = 0
        idByteCount = nil
        argumentsEnd = 0
    }

    /// Reads a whole text.
    ///
    /// - Returns: whether it is an event: false for JSON of another shape.
    package mutating func read(_ text: UnsafeRawBufferPointer) throws(JSONError) -> Bool {
        begin()
        var cursor = JSONCursor(text, scratch: scratch)
        let isEvent =
            switch cursor.nextKind {
            case .array: try readArray(&cursor)
            case .object: try readObject(&cursor)
            case .null, .bool, .number, .string, nil: try Self.skip(&cursor)
            }
        try cursor.finish()
        return isEvent
    }

    private mutating func begin() {
        content.abandonFrame()
        content.beginFrame()
        nameByteCount = 0
        idByteCount = nil
        argumentsEnd = 0
    }

    private static func skip(_ cursor: inout JSONCursor) throws(JSONError) -> Bool {
        try cursor.skip()
        return false
    }

    /// - Returns: whether the first element is a name.
    private mutating func readArray(_ cursor: inout JSONCursor) throws(JSONError) -> Bool {
        try cursor.beginArray()
        guard try cursor.nextElement() else { return false }
        guard cursor.nextKind == .string else {
            repeat { try cursor.skip() } while try cursor.nextElement()
            return false
        }
        content.append(try cursor.readString())
        nameByteCount = content.frameByteCount
        while try cursor.nextElement() { try cursor.transcode(to: &content) }
        argumentsEnd = content.frameByteCount
        return true
    }

    private mutating func readObject(_ cursor: inout JSONCursor) throws(JSONError) -> Bool {
        try cursor.beginObject()
        var isEvent = false
        // Of an object whose id stands first, as no library writes it.
        var earlyID: [UInt8]?
        while let key = try cursor.nextKey() {
            if key.elementsEqual("args".utf8), cursor.nextKind == .array {
                // Of keys that come twice the last one counts.
                begin()
                isEvent = try readArray(&cursor)
            } else if key.elementsEqual("id".utf8), cursor.nextKind == .string {
                let id = try cursor.readString()
                if isEvent { setID(id) } else { earlyID = Array(id) }
            } else {
                try cursor.skip()
            }
        }
        if isEvent, idByteCount == nil, let earlyID { earlyID.withUnsafeBytes { setID($0) } }
        return isEvent
    }

    private mutating func setID(_ id: UnsafeRawBufferPointer) {
        content.abandonFrame(after: argumentsEnd)
        content.append(id)
        idByteCount = id.count
    }

    // MARK: Writing

    /// Writes an event as an array.
    ///
    /// - Parameter arguments: as CBOR that was checked before.
    package static func write(
        _ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, into output: inout ByteWriter
    ) {
        output.append(UInt8(ascii: "["))
        JSONWriter.write(utf8: name, to: &output)
        _ = try? JSONTranscoder.writeElements(ofCBOR: arguments, to: &output)
        output.append(UInt8(ascii: "]"))
    }
}
