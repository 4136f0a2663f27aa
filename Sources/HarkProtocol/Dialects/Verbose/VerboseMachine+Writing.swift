package import HarkWire

/// What is written. Each call is one message with its separator, and comes only when there is a form.
extension VerboseMachine {
    /// Says who this is.
    package mutating func write(peerID nodeID: String, into output: inout ByteWriter) {
        _ = begin(.peerID, &output)
        JSONWriter.write(channel, to: &output)
        output.append(",")
        JSONWriter.write(nodeID, to: &output)
        output.append("]")
    }

    /// Says what has been received.
    ///
    /// - Parameters:
    ///   - last: the message received last; nil for none.
    ///   - isReconnect: whether there was a connection before. The other side then sends again what it does not know
    ///     to have arrived. What an original has not sent so far, it would send twice at a first connection.
    package mutating func write(syncAfter last: MessageIdentifier?, isReconnect: Bool, into output: inout ByteWriter) {
        _ = begin(.sync, &output)
        if let last { last.write(to: &output) } else { output.append("null") }
        output.append(isReconnect ? ",true]" : ",null]")
    }

    /// Acknowledges everything up to a message.
    package mutating func write(acknowledgementOf id: MessageIdentifier, into output: inout ByteWriter) {
        _ = begin(.acknowledgement, &output)
        id.write(to: &output)
        output.append("]")
    }

    /// Writes an event of the bus.
    ///
    /// - Parameter record: as CBOR its id, an array of the nodes that it has passed, its name, and its arguments.
    /// - Returns: its id, and its text without what separates it from others, valid until the next write. Nil when the
    ///   record is not like that, and then nothing is written.
    package mutating func write(
        message record: UnsafeRawBufferPointer, into output: inout ByteWriter
    ) -> (id: MessageIdentifier, text: UnsafeRawBufferPointer)? {
        var reader = ArgumentReader(record)
        guard var text = try? reader.readString(), let id = text.withUTF8({ MessageIdentifier(.init($0)) }),
            reader.nextKind == .array
        else { return nil }
        let nodes = reader.cbor.bytes.cursor
        guard (try? reader.skip()) != nil, reader.nextKind == .string else { return nil }
        let start = begin(.message, &output)
        output.append("{\"pl\":[")
        do throws(CBORError) {
            try JSONTranscoder.writeElement(from: &reader.cbor, to: &output)
            while !reader.isAtEnd {
                output.append(",")
                try JSONTranscoder.writeElement(from: &reader.cbor, to: &output)
            }
            output.append("],\"meta\":{\"_nodes\":")
            var nodes = CBORReader(UnsafeRawBufferPointer(start: nodes, count: reader.cbor.bytes.cursor - nodes))
            try JSONTranscoder.writeElement(from: &nodes, to: &output)
        } catch {
            output.abandonFrame()
            return nil
        }
        output.append(",\"_id\":")
        id.write(to: &output)
        output.append("}}]")
        return (id, output.frameBytes(from: start))
    }

    /// Writes a message again, as it was.
    package mutating func write(text: UnsafeRawBufferPointer, into output: inout ByteWriter) {
        output.beginFrame()
        separator.write(to: &output)
        output.append(text)
    }

    /// - Returns: how long the separator is.
    private mutating func begin(_ name: VerboseName, _ output: inout ByteWriter) -> Int {
        output.beginFrame()
        separator.write(to: &output)
        let start = output.frameByteCount
        output.append("[\"")
        output.append(utf8: name.rawValue)
        output.append("\",")
        return start
    }
}
