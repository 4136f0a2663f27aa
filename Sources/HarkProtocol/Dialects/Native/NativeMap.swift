internal import HarkWire

/// The CBOR map that a greeting is. Keys that nobody asks for are ignored: a later minor change may add some.
struct NativeMap {
    private let fields: Value.Object
    private let kind: NativeKind

    init(_ body: UnsafeRawBufferPointer, of kind: NativeKind) throws(NativeViolation) {
        guard let value = try? CBORReader.value(of: body), let fields = value.object else { throw .malformed(kind) }
        self.fields = fields
        self.kind = kind
    }

    private init(_ fields: Value.Object, of kind: NativeKind) {
        self.fields = fields
        self.kind = kind
    }

    /// What is there, of whatever kind.
    func value(_ key: String) -> Value? { fields[key] }

    func map(_ key: String) throws(NativeViolation) -> NativeMap? {
        guard let value = fields[key] else { return nil }
        guard let fields = value.object else { throw .malformed(kind) }
        return NativeMap(fields, of: kind)
    }

    func identifier(_ key: String) throws(NativeViolation) -> NativeIdentifier {
        guard let bytes = fields[key]?.bytes, let identifier = NativeIdentifier(bytes) else { throw .malformed(kind) }
        return identifier
    }

    /// A number from 0 on; `fallback` when the key is missing.
    func count(_ key: String, or fallback: Int, atLeast least: Int = 0) throws(NativeViolation) -> Int {
        guard let value = fields[key] else { return fallback }
        guard let count = value.int, count >= least else { throw .malformed(kind) }
        return count
    }

    func text(_ key: String, byteCountMax: Int) throws(NativeViolation) -> String {
        guard let value = fields[key] else { return "" }
        guard let text = value.string, text.utf8.count <= byteCountMax else { throw .malformed(kind) }
        return text
    }

    /// Bits that this side does not know are dropped.
    func capabilities(_ key: String) throws(NativeViolation) -> NativeCapabilities {
        NativeCapabilities(rawValue: UInt32(truncatingIfNeeded: try count(key, or: 0)))
    }
}
