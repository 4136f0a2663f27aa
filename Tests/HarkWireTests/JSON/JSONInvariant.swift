import HarkWire

/// What holds for any bytes given to the JSON reader. The fuzzer looks for bytes that break it.
enum JSONInvariant {
    /// What is broken, or nil.
    static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
        violation(bytes, .init()) ?? violation(bytes, .init(readsBytes: true))
    }

    private static func violation(_ bytes: UnsafeRawBufferPointer, _ options: JSONReader.Options) -> String? {
        guard let value = try? JSONReader.value(of: bytes, options: options) else { return nil }
        if CBORInvariant.footprint(value) > Value.memoryBudget(wireByteCount: bytes.count) {
            return "takes too much memory"
        }
        guard let written = try? Wire.json(value) else { return "read but not written" }
        guard let again = try? Wire.json(Wire.value(json: written, options)) else { return "written but not read" }
        return again == written ? nil : "reads back as something else"
    }
}
