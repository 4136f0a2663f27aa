import HarkWire

/// What holds for any bytes given as CBOR to what writes BSON. The fuzzer looks for bytes that break it.
enum BSONTranscoderInvariant {
    /// What is broken, or nil.
    static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
        var reader = CBORReader(bytes)
        let isRead = (try? reader.skipAll()) != nil
        let written: [UInt8]
        do {
            written = try BSONInvariant.bson(Array(bytes))
        } catch {
            let isKnown = error.reason == .zeroByte || error.reason == .overBudget
            return !isRead || isKnown ? nil : "read but not written: \(error)"
        }
        guard isRead else { return "written but not read" }
        return written.withUnsafeBytes { written in
            guard (try? BSONInvariant.cbor(written)) != nil else { return "written as something that is not BSON" }
            return BSONInvariant.violation(written)
        }
    }
}
