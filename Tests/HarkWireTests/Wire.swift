import HarkWire

/// Shorthand of the wire tests: values and arguments to bytes and back.
enum Wire {
    static func cbor(_ value: Value) throws -> [UInt8] {
        var writer = ByteWriter(pool: ChunkPool())
        try CBORWriter.write(value, to: &writer)
        return writer.takeBytes()
    }

    static func value(cbor bytes: [UInt8]) throws(CBORError) -> Value {
        try bytes.withUnsafeBytes { bytes in
            Result { () throws(CBORError) in try CBORReader.value(of: bytes) }
        }.get()
    }

    static func json(_ value: Value) throws -> String {
        var writer = ByteWriter(pool: ChunkPool())
        try JSONWriter.write(value, to: &writer)
        return String(decoding: writer.takeBytes(), as: UTF8.self)
    }

    static func value(json text: String, _ options: JSONReader.Options = .init()) throws(JSONError) -> Value {
        try value(json: Array(text.utf8), options)
    }

    static func value(json bytes: [UInt8], _ options: JSONReader.Options = .init()) throws(JSONError) -> Value {
        try bytes.withUnsafeBytes { bytes in
            Result { () throws(JSONError) in try JSONReader.value(of: bytes, options: options) }
        }.get()
    }

    static func arguments(_ write: (inout ArgumentWriter) -> Void) throws -> [UInt8] {
        var writer = ArgumentWriter(pool: ChunkPool())
        write(&writer)
        if let failure = writer.takeFailure() { throw failure }
        return writer.bytes.takeBytes()
    }

    static func encode(_ argument: some EventArgument) throws -> [UInt8] {
        try arguments { argument.encode(into: &$0) }
    }

    static func read<Content>(
        _ bytes: [UInt8], _ body: (inout ArgumentReader) throws(ArgumentError) -> Content
    ) throws(ArgumentError) -> Content {
        try bytes.withUnsafeBytes { bytes in
            Result { () throws(ArgumentError) in
                var reader = ArgumentReader(bytes)
                return try body(&reader)
            }
        }.get()
    }

    static func decode<Argument: EventArgument>(
        _: Argument.Type = Argument.self, from bytes: [UInt8]
    ) throws(ArgumentError) -> Argument {
        try read(bytes) { reader throws(ArgumentError) in try Argument(reading: &reader) }
    }

    static func hex(_ text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
