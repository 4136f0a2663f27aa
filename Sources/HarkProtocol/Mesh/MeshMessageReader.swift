internal import HarkWire

/// Takes the fields of a message, one after the other.
struct MeshMessageReader {
    /// What one message may change a count by.
    private static let changes = -Int(Int32.max)...Int(Int32.max)

    private var fields: ArraySlice<Value>

    init(_ value: Value) throws(MeshViolation) {
        guard let fields = value.array else { throw .malformed("a message that is no array") }
        self.fields = fields[...]
    }

    var isAtEnd: Bool { fields.isEmpty }

    mutating func value() throws(MeshViolation) -> Value {
        guard let value = fields.popFirst() else { throw .malformed("a message that ends early") }
        return value
    }

    mutating func count() throws(MeshViolation) -> Int {
        guard let count = try value().int, count >= 0, count <= Int(Int32.max) else { throw .malformed("a count") }
        return count
    }

    mutating func number() throws(MeshViolation) -> UInt64 {
        guard case .int(let number) = try value() else { throw .malformed("a number") }
        return UInt64(bitPattern: number)
    }

    mutating func optionalNumber() throws(MeshViolation) -> UInt64? {
        guard fields.first != .null else {
            fields.removeFirst()
            return nil
        }
        return try number()
    }

    mutating func text() throws(MeshViolation) -> String {
        guard let text = try value().string, text.utf8.count <= MeshIdentity.idByteCountMax else {
            throw .malformed("a text")
        }
        return text
    }

    mutating func identity() throws(MeshViolation) -> MeshIdentity {
        let id = try text()
        guard !id.isEmpty else { throw .malformed("an empty id") }
        return MeshIdentity(id: id, incarnation: try number())
    }

    mutating func key() throws(MeshViolation) -> MeshKey {
        guard let bytes = try value().bytes, let key = MeshKey(bytes: bytes.array) else { throw .malformed("a key") }
        return key
    }

    mutating func list() throws(MeshViolation) -> MeshMessageReader { try MeshMessageReader(value()) }

    mutating func counts() throws(MeshViolation) -> [Int] {
        var list = try list()
        var counts: [Int] = []
        while !list.isAtEnd { counts.append(try list.count()) }
        return counts
    }

    mutating func changes() throws(MeshViolation) -> [MeshMessage.Change] {
        var list = try list()
        var changes: [MeshMessage.Change] = []
        while !list.isAtEnd {
            let key = try list.key()
            guard let count = try list.value().int, Self.changes.contains(count) else { throw .malformed("a count") }
            changes.append(MeshMessage.Change(key: key, count: count))
        }
        return changes
    }
}
