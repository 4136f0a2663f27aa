import HarkWire

/// What holds for any bytes given to the JSON cursor. The fuzzer looks for bytes that break it.
enum JSONCursorInvariant {
    /// What is broken, or nil.
    static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
        let transcoded = transcode(bytes)
        guard (transcoded != nil) == isSkipped(bytes) else { return "skipped and transcoded differ" }
        let read: Value
        do {
            read = try JSONReader.value(of: bytes)
        } catch {
            return transcoded == nil || error.reason == .overBudget ? nil : "refused by the reader: \(error)"
        }
        guard let transcoded else { return "refused by the cursor" }
        guard let expected = try? Wire.json(read) else { return "read but not written" }
        guard let json = JSONTranscoderInvariant.json(transcoded), JSONTranscoderInvariant.isSame(json, expected)
        else { return "transcodes to something else" }
        do {
            return try Wire.json(Wire.value(cbor: transcoded)) == expected ? nil : "reads back as something else"
        } catch let error as CBORError {
            return error.reason == .overBudget ? nil : "transcoded but not read: \(error)"
        } catch { return "read back but not written" }
    }

    static func transcode(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        var writer = ByteWriter(pool: ChunkPool())
        var cursor = JSONCursor(bytes)
        do throws(JSONError) {
            try cursor.transcode(to: &writer)
            try cursor.finish()
        } catch { return nil }
        return writer.takeBytes()
    }

    private static func isSkipped(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var cursor = JSONCursor(bytes)
        do throws(JSONError) {
            try cursor.skip()
            try cursor.finish()
            return true
        } catch { return false }
    }
}
