package import HarkWire

/// socket-ipc's messages, as a value: `{"topic":…,"message":…}` and two zero bytes. There is nothing else on this wire:
/// no handshake, no ids, no end.
///
/// A message that makes no sense takes no other with it: those before and after it in the same bytes are read.
package struct SocketIPCMachine: ~Copyable {
    /// What a message asks for. Its bytes are valid until the next call.
    package enum Effect {
        /// An event, its arguments as CBOR: one, or none where the message is absent.
        case event(topic: UnsafeRawBufferPointer, arguments: UnsafeRawBufferPointer)
        /// It was passed over: why, and what it was.
        case malformed(String, UnsafeRawBufferPointer)
        /// Nothing more can be read from this connection.
        case tooLong(String)
    }

    /// What an event is called whose topic is absent: what listeners of `message.undefined` hear in the original.
    package static let absentTopic: StaticString = "undefined"
    /// What is sent instead of an empty topic.
    package static let emptyTopic: StaticString = "none"

    private var splitter: MessageSplitter<DelimiterFraming>
    private let scratch = JSONScratch()
    /// The topic and the message read last, in either order, and those of keys that came twice.
    private var content: ByteWriter
    private var topic = 0..<0
    private var message = 0..<0
    private var hasTopic = false

    package init(messageByteCountMax: Int, pool: ChunkPool) {
        splitter = MessageSplitter(.twoZeros, byteCountMax: messageByteCountMax, pool: pool)
        content = ByteWriter(pool: pool)
    }

    /// How many bytes are here of a message whose end has not arrived; nil when there is none.
    package var partByteCount: Int? { splitter.partByteCount }

    // MARK: Reading

    /// Takes the next message from the front of `input`; nil when more bytes are needed.
    package mutating func receive(_ input: inout UnsafeRawBufferPointer) -> Effect? {
        guard let step = splitter.next(&input) else {
            // An idle connection keeps no memory.
            content.discardOpen()
            return nil
        }
        switch step {
        case .message(let text): return read(text)
        case .malformed(let message): return .malformed(message.description, slice(0..<0))
        case .tooLong(let limit): return .tooLong("a message is longer than \(limit) bytes")
        }
    }

    private mutating func read(_ text: UnsafeRawBufferPointer) -> Effect {
        begin()
        do throws(JSONError) {
            var cursor = JSONCursor(text, scratch: scratch)
            try readFields(&cursor)
            try cursor.finish()
        } catch {
            return .malformed(MalformedMessage(error, in: text).description, text)
        }
        return .event(topic: hasTopic ? slice(topic) : Self.bytes(Self.absentTopic), arguments: slice(message))
    }

    private mutating func begin() {
        content.abandonFrame()
        content.beginFrame()
        topic = 0..<0
        message = 0..<0
        hasTopic = false
    }

    /// Reads the object. Other keys are ignored; of keys that come twice the last one counts.
    private mutating func readFields(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.beginObject()
        while let key = try cursor.nextKey() {
            let start = content.frameByteCount
            if key.elementsEqual("topic".utf8) {
                try readTopic(&cursor)
                hasTopic = true
                topic = start..<content.frameByteCount
            } else if key.elementsEqual("message".utf8) {
                try cursor.transcode(to: &content)
                message = start..<content.frameByteCount
            } else {
                try cursor.skip()
            }
        }
    }

    /// A topic is text. The original takes anything, and its listeners hear of what JavaScript makes of it as text.
    private mutating func readTopic(_ cursor: inout JSONCursor) throws(JSONError) {
        switch cursor.nextKind {
        case .null:
            try cursor.readNull()
            content.append("null")
        case .bool: content.append(try cursor.readBool() ? "true" : "false")
        case .number: try readNumericTopic(&cursor)
        case .string, .array, .object, nil: content.append(try cursor.readString())
        }
    }

    private mutating func readNumericTopic(_ cursor: inout JSONCursor) throws(JSONError) {
        let start = content.frameByteCount
        try cursor.transcode(to: &content)
        let encoded = Array(content.frameBytes(from: start))
        content.abandonFrame(after: start)
        encoded.withUnsafeBytes { Self.writeItem($0, into: &content) }
    }

    private func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: content.frameBytes()[range])
    }

    private static func bytes(_ text: StaticString) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    // MARK: Writing

    /// Writes a message and what ends it.
    ///
    /// - Parameters:
    ///   - topic: UTF-8; `none` is written where it is empty, as the original documents it.
    ///   - arguments: CBOR that was checked before: one item, or nothing for an absent message.
    package static func write(
        _ topic: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, into output: inout ByteWriter
    ) {
        output.beginFrame()
        output.append("{\"topic\":")
        JSONWriter.write(utf8: topic.isEmpty ? bytes(emptyTopic) : topic, to: &output)
        if !arguments.isEmpty {
            output.append(",\"message\":")
            writeItem(arguments, into: &output)
        }
        output.append("}\0\0")
    }

    private static func writeItem(_ item: UnsafeRawBufferPointer, into output: inout ByteWriter) {
        var reader = CBORReader(item)
        _ = try? JSONTranscoder.writeElement(from: &reader, to: &output)
    }
}
