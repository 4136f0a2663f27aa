import HarkWire

/// What holds for any bytes given to the CBOR reader. The fuzzer looks for bytes that break it.
enum CBORInvariant {
    /// What is broken, or nil.
    static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
        var reader = CBORReader(bytes)
        let isSkipped = (try? reader.skip()) != nil && reader.isAtEnd
        let value: Value
        do {
            value = try CBORReader.value(of: bytes)
        } catch {
            return isSkipped && error.reason != .overBudget ? "passed over but not read: \(error)" : nil
        }
        guard isSkipped else { return "read but not passed over" }
        if footprint(value) > Value.memoryBudget(wireByteCount: bytes.count) { return "takes too much memory" }
        guard let written = try? Wire.cbor(value) else { return "read but not written" }
        guard let again = try? Wire.cbor(Wire.value(cbor: written)) else { return "written but not read" }
        return again == written ? nil : "reads back as something else"
    }

    /// The memory that a value takes beside its own three words, as `malloc` is asked for it.
    static func footprint(_ value: Value) -> Int {
        switch value {
        case .null, .bool, .int, .double, .date: 0
        case .string(let text): footprint(text)
        case .bytes(let bytes): bytes.isEmpty ? 0 : 32 + bytes.count
        case .array(let elements):
            elements.isEmpty ? 0 : 32 + elements.reduce(0) { $0 + MemoryLayout<Value>.stride + footprint($1) }
        case .object(let object):
            object.reduce(object.isEmpty ? 0 : 32) {
                $0 + MemoryLayout<(String, Value)>.stride + footprint($1.key) + footprint($1.value)
            }
        case .regex(let pattern, let options): 48 + footprint(pattern) + footprint(options)
        }
    }

    private static func footprint(_ text: String) -> Int {
        text.utf8.count > 15 ? 32 + text.utf8.count : 0
    }
}
