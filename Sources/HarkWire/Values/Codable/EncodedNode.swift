/// A value on its way from `encode(to:)` to an `ArgumentWriter`, which wants to know counts before contents.
enum EncodedNode {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case float(Float)
    case string(String)
    case bytes([UInt8])
    case value(Value)
    case container(EncodedContainer)

    /// What an encodable value is; a value that encodes nothing is an error.
    init<T: Encodable>(_ value: T, path: [any CodingKey]) throws {
        if let node = EncodedNode(known: value) {
            self = node
            return
        }
        let container = EncodedContainer()
        try value.encode(to: ArgumentEncoder(container: container, codingPath: path))
        guard let node = container.node else {
            let context = EncodingError.Context(codingPath: path, debugDescription: "\(T.self) encoded nothing")
            throw EncodingError.invalidValue(value, context)
        }
        self = node
    }

    /// The types that need no encoder. Folds to one case where `T` is known.
    @inline(__always)
    private init?<T>(known value: T) {
        switch value {
        case let value as String: self = .string(value)
        case let value as Int: self = .int(Int64(value))
        case let value as Bool: self = .bool(value)
        case let value as Double: self = .double(value)
        case let value as Float: self = .float(value)
        case let value as Int8: self = .int(Int64(value))
        case let value as Int16: self = .int(Int64(value))
        case let value as Int32: self = .int(Int64(value))
        case let value as Int64: self = .int(value)
        case let value as UInt: self = .uint(UInt64(value))
        case let value as UInt8: self = .uint(UInt64(value))
        case let value as UInt16: self = .uint(UInt64(value))
        case let value as UInt32: self = .uint(UInt64(value))
        case let value as UInt64: self = .uint(value)
        case let value as Bytes: self = .bytes(value.array)
        case let value as Value: self = .value(value)
        default:
            guard T.self == [UInt8].self, let bytes = value as? [UInt8] else { return nil }
            self = .bytes(bytes)
        }
    }

    /// Stops at the first failure, such as too much depth.
    func write(to writer: inout ArgumentWriter) {
        guard writer.failure == nil else { return }
        switch self {
        case .null: writer.writeNull()
        case .bool(let value): writer.write(value)
        case .int(let value): writer.write(value)
        case .uint(let value): writer.write(value)
        case .double(let value): writer.write(value)
        case .float(let value): writer.write(value)
        case .string(let value): writer.write(value)
        case .bytes(let value): writer.write(value.span.bytes)
        case .value(let value): writer.write(value)
        case .container(let container): container.write(to: &writer)
        }
    }
}
