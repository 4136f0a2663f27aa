package import HarkWire

/// What is written. Each call is one message with its separator.
extension UhuraMachine {
    /// Client: offers the values of the session and asks to begin. One flight, before anything is heard.
    ///
    /// - Parameter settings: what is asked for; nil as the versions before 0.1.0 do, which ask for nothing.
    package mutating func open(_ data: [UhuraData.Entry], _ settings: UhuraSettings?, into output: inout ByteWriter) {
        write(whole: data, into: &output)
        start(settings, into: &output)
    }

    /// Client: asks to begin.
    package mutating func start(_ settings: UhuraSettings?, into output: inout ByteWriter) {
        begin(&output)
        output.append("[\"start\"")
        if let settings {
            output.append(",")
            settings.write(to: &output)
        }
        output.append("]")
    }

    /// Server: tells the id of a new session.
    package mutating func write(sessionID: String, into output: inout ByteWriter) {
        begin(&output)
        output.append("[\"_set\",\"sessionID\",")
        JSONWriter.write(sessionID, to: &output)
        output.append("]")
    }

    /// Sets all values of the session at once.
    package mutating func write(whole data: [UhuraData.Entry], into output: inout ByteWriter) {
        begin(&output)
        output.append("[\"_set\",{")
        var separator: StaticString = ""
        for entry in data {
            output.append(separator)
            JSONWriter.write(entry.key, to: &output)
            output.append(":")
            Self.write(entry.value, to: &output)
            separator = ","
        }
        output.append("}]")
    }

    /// Sets several values at once, as an original's `set` of an object does.
    package mutating func write(set data: [UhuraData.Entry], into output: inout ByteWriter) {
        write(whole: data, into: &output)
        output.abandonFrame(after: output.frameByteCount - 1)
        output.append(",null]")
    }

    /// Sets one value of the session.
    package mutating func write(key: String, _ value: UnsafeRawBufferPointer, into output: inout ByteWriter) {
        begin(&output)
        output.append("[\"_set\",")
        JSONWriter.write(key, to: &output)
        _ = try? JSONTranscoder.writeElements(ofCBOR: value, to: &output)
        output.append("]")
    }

    /// Server: lets events pass.
    ///
    /// - Parameter id: what the client would acknowledge it by, and never does.
    package mutating func writeConnect(id: MessageIdentifier, into output: inout ByteWriter) {
        begin(&output)
        if settings.objectMode { output.append("{\"args\":") }
        output.append("[\"connect\",")
        settings.write(to: &output)
        output.append("]")
        if settings.objectMode { end(settings.hasIdentifiers ? id : nil, &output) }
        becameOpen()
    }

    /// Server: ends the session for good.
    package mutating func writeInvalidation(id: MessageIdentifier, into output: inout ByteWriter) {
        write(event: UnsafeRawBufferPointer("invalidateSession"), nothing, id: id, into: &output)
    }

    /// Acknowledges what the other side has sent with this id.
    package mutating func write(acknowledgementOf id: MessageIdentifier, into output: inout ByteWriter) {
        begin(&output)
        output.append("{\"args\":[")
        id.write(after: UhuraName.acknowledgement, to: &output)
        output.append("]}")
    }

    /// Writes an event in the form that is agreed on.
    ///
    /// - Parameter id: what it is acknowledged by; without effect while there are no acknowledgements.
    package mutating func write(
        event name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, id: MessageIdentifier?,
        into output: inout ByteWriter
    ) {
        let isObject = state == .open && settings.objectMode
        begin(&output)
        if isObject { output.append("{\"args\":") }
        JSONEvent.write(name, arguments, into: &output)
        if isObject { end(settings.hasIdentifiers ? id : nil, &output) }
    }

    // MARK: Parts

    private var nothing: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }

    private mutating func begin(_ output: inout ByteWriter) {
        output.beginFrame()
        separator.write(to: &output)
    }

    private func end(_ id: MessageIdentifier?, _ output: inout ByteWriter) {
        if let id {
            output.append(",\"id\":")
            id.write(to: &output)
        }
        output.append("}")
    }

    private static func write(_ value: [UInt8], to output: inout ByteWriter) {
        value.withUnsafeBytes { bytes in
            var reader = CBORReader(bytes)
            try? JSONTranscoder.writeElement(from: &reader, to: &output)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The text's bytes.
    fileprivate init(_ text: StaticString) { self.init(start: text.utf8Start, count: text.utf8CodeUnitCount) }
}
