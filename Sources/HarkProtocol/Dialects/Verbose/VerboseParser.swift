internal import HarkWire

/// Reads one message after the other into the same memory, which it holds only while there is one.
///
/// A message of the bus is turned into CBOR in one pass, in whatever order its parts come.
struct VerboseParser: ~Copyable {
    /// The name and arguments of an event, then its id and its nodes: as one frame.
    private var content: ByteWriter
    private let scratch = JSONScratch()
    private var payloadByteCount = 0

    init(pool: ChunkPool) { content = ByteWriter(pool: pool) }

    /// The name and arguments of the event read last, as CBOR; valid until the next call.
    var payload: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: content.frameBytes()[..<payloadByteCount]) }

    /// Its id and its nodes, likewise.
    var head: UnsafeRawBufferPointer { content.frameBytes(from: payloadByteCount) }

    /// Nothing is read for a while: gives the memory back.
    mutating func rest() {
        content.discardOpen()
        payloadByteCount = 0
    }

    /// Reads a whole text.
    mutating func read(_ text: UnsafeRawBufferPointer) throws(JSONError) -> VerboseMessage {
        begin()
        var cursor = JSONCursor(text, scratch: scratch)
        guard cursor.nextKind == .array else { return .none("it is no array") }
        try cursor.beginArray()
        guard try cursor.nextElement(), cursor.nextKind == .string else { return .none("it has no name") }
        let name = try cursor.readString()
        guard let known = VerboseName(name) else {
            return .none("\"\(MalformedMessage.excerpt(of: name))\" is no message of this wire")
        }
        var isEnded = false
        let message =
            switch known {
            case .peerID: try readPeerID(&cursor)
            case .sync: try readSync(&cursor, &isEnded)
            case .message: try readMessage(&cursor, text)
            case .acknowledgement: try readAcknowledgement(&cursor)
            }
        if case .none = message { return message }
        if !isEnded { while try cursor.nextElement() { try cursor.skip() } }
        try cursor.finish()
        return message
    }

    private mutating func begin() {
        content.abandonFrame()
        content.beginFrame()
        payloadByteCount = 0
    }

    /// The next element, if it is text.
    private func text(_ cursor: inout JSONCursor) throws(JSONError) -> UnsafeRawBufferPointer? {
        guard try cursor.nextElement() else { return nil }
        if cursor.nextKind == .string { return try cursor.readString() }
        try cursor.skip()
        return nil
    }

    private func readPeerID(_ cursor: inout JSONCursor) throws(JSONError) -> VerboseMessage {
        guard let channel = try text(&cursor).map({ String(decoding: $0, as: UTF8.self) }),
            let id = try text(&cursor), 1...MessageIdentifier.byteCountMax ~= id.count
        else { return .none("a peerid needs a channel and an id of at most \(MessageIdentifier.byteCountMax) bytes") }
        return .peerID(channel: channel, nodeID: String(decoding: id, as: UTF8.self))
    }

    /// Anything else than text is no id, anything else than true is no reconnection, and what is not there is null.
    private func readSync(
        _ cursor: inout JSONCursor, _ isEnded: inout Bool
    ) throws(JSONError) -> VerboseMessage {
        var last: MessageIdentifier?
        var isReconnect = false
        isEnded = try !cursor.nextElement()
        if !isEnded {
            if cursor.nextKind == .string {
                last = MessageIdentifier(try cursor.readString())
            } else {
                try cursor.skip()
            }
            isEnded = try !cursor.nextElement()
        }
        if !isEnded {
            if cursor.nextKind == .bool { isReconnect = try cursor.readBool() } else { try cursor.skip() }
        }
        return .sync(last: last, isReconnect: isReconnect)
    }

    private func readAcknowledgement(_ cursor: inout JSONCursor) throws(JSONError) -> VerboseMessage {
        guard let id = try text(&cursor).flatMap({ MessageIdentifier($0) }) else {
            return .none("an ack needs an id of at most \(MessageIdentifier.byteCountMax) bytes")
        }
        return .acknowledgement(id)
    }

    // MARK: Messages

    private mutating func readMessage(
        _ cursor: inout JSONCursor, _ text: UnsafeRawBufferPointer
    ) throws(JSONError) -> VerboseMessage {
        guard try cursor.nextElement(), cursor.nextKind == .object else { return .none("a message needs an object") }
        try cursor.beginObject()
        var hasPayload = false
        var meta: (id: MessageIdentifier?, nodes: Int?) = (nil, nil)
        while let key = try cursor.nextKey() {
            if key.elementsEqual("pl".utf8) {
                hasPayload = try readPayload(&cursor)
            } else if key.elementsEqual("meta".utf8) {
                meta = try readMeta(&cursor)
            } else {
                try cursor.skip()
            }
        }
        guard hasPayload else { return .none("a message's pl needs to be an array that begins with a name") }
        guard let id = meta.id else { return .none("a message needs an _id of at most 255 bytes") }
        guard let nodes = meta.nodes, try writeHead(id, UnsafeRawBufferPointer(rebasing: text[nodes...])) else {
            return .none("a message's _nodes need to be an array of ids")
        }
        return .message(id: id)
    }

    /// - Returns: whether it is the payload of an event. Of keys that come twice the last one counts.
    private mutating func readPayload(_ cursor: inout JSONCursor) throws(JSONError) -> Bool {
        begin()
        defer { payloadByteCount = content.frameByteCount }
        guard cursor.nextKind == .array else {
            try cursor.skip()
            return false
        }
        try cursor.beginArray()
        guard try cursor.nextElement() else { return false }
        let isNamed = cursor.nextKind == .string
        repeat { try cursor.transcode(to: &content) } while try cursor.nextElement()
        return isNamed
    }

    /// - Returns: where the nodes begin in the text, because the id goes ahead of them.
    private func readMeta(
        _ cursor: inout JSONCursor
    ) throws(JSONError) -> (id: MessageIdentifier?, nodes: Int?) {
        var meta: (id: MessageIdentifier?, nodes: Int?) = (nil, nil)
        guard cursor.nextKind == .object else {
            try cursor.skip()
            return meta
        }
        try cursor.beginObject()
        while let key = try cursor.nextKey() {
            if key.elementsEqual("_id".utf8), cursor.nextKind == .string {
                meta.id = MessageIdentifier(try cursor.readString())
            } else {
                if key.elementsEqual("_nodes".utf8) { meta.nodes = cursor.offset }
                try cursor.skip()
            }
        }
        return meta
    }

    /// - Returns: false when the nodes are no array of text.
    private mutating func writeHead(
        _ id: MessageIdentifier, _ nodes: UnsafeRawBufferPointer
    ) throws(JSONError) -> Bool {
        id.writeCBOR(to: &content)
        let start = content.frameByteCount
        var cursor = JSONCursor(nodes, scratch: scratch)
        guard cursor.nextKind == .array else { return false }
        try cursor.transcode(to: &content)
        var reader = ArgumentReader(content.frameBytes(from: start))
        guard var array = try? reader.beginArray() else { return false }
        while (try? reader.next(in: &array)) == true {
            guard reader.nextKind == .string, (try? reader.skip()) != nil else { return false }
        }
        return true
    }
}
