import HarkWire

/// What holds for any bytes given as CBOR to what writes JSON. The fuzzer looks for bytes that break it.
enum JSONTranscoderInvariant {
    /// What is broken, or nil.
    static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
        var writer = ByteWriter(pool: ChunkPool())
        var reader = CBORReader(bytes)
        var written: [UInt8]?
        do throws(CBORError) {
            try JSONTranscoder.writeElement(from: &reader, to: &writer)
            if reader.isAtEnd { written = writer.takeBytes() }
        } catch { written = nil }
        let value: Value
        do {
            value = try CBORReader.value(of: bytes)
        } catch {
            return written == nil || error.reason == .overBudget ? nil : "refused by the reader: \(error)"
        }
        guard let written else { return "refused by the transcoder" }
        guard let expected = try? Wire.json(value) else { return "read but not written" }
        return isSame(String(decoding: written, as: UTF8.self), expected) ? nil : "written as something else"
    }

    /// Whether two texts are the same, but for keys that occur twice: they are written twice, and the last one counts.
    static func isSame(_ json: String, _ other: String) -> Bool {
        if json == other { return true }
        let values = [json, other].map { text in
            Array(text.utf8).withUnsafeBytes { try? JSONReader.value(of: $0) }
        }
        return values[0] != nil && values[0] == values[1]
    }

    /// The JSON of a CBOR sequence of one item.
    static func json(_ cbor: [UInt8]) -> String? {
        var writer = ByteWriter(pool: ChunkPool())
        let count = cbor.withUnsafeBytes { try? JSONTranscoder.writeElements(ofCBOR: $0, to: &writer) }
        let text = String(decoding: writer.takeBytes(), as: UTF8.self)
        return count == 1 && text.hasPrefix(",") ? String(text.dropFirst()) : nil
    }
}
