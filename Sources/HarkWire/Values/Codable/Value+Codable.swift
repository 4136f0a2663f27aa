/// Values inside `Codable` types; Hark's own coders take them as they are, others see their nearest standard form.
extension Value: Codable {
    /// Encodes what this is; a date as milliseconds, a regular expression as its pattern.
    public func encode(to encoder: any Encoder) throws {
        var single = encoder.singleValueContainer()
        switch self {
        case .null: try single.encodeNil()
        case .bool(let value): try single.encode(value)
        case .int(let value): try single.encode(value)
        case .double(let value): try single.encode(value)
        case .string(let value): try single.encode(value)
        case .bytes(let value): try single.encode(value)
        case .array(let elements): try single.encode(elements)
        case .object(let object):
            try single.encode(Dictionary(object.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }))
        case .date(let milliseconds): try single.encode(milliseconds)
        case .regex(let pattern, _): try single.encode(pattern)
        }
    }

    /// Decodes whatever there is.
    public init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let value = try? single.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? single.decode(Int64.self) {
            self = .int(value)
        } else if let value = try? single.decode(Double.self) {
            self = .double(value)
        } else if let value = try? single.decode(String.self) {
            self = .string(value)
        } else if let elements = try? single.decode([Value].self) {
            self = .array(elements)
        } else {
            let fields = try single.decode([String: Value].self)
            self = .object(Object(fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
        }
    }
}

extension Bytes: Codable {
    /// Encodes an array of integers; Hark's own coders write bytes.
    public func encode(to encoder: any Encoder) throws { try array.encode(to: encoder) }

    /// Decodes an array of integers.
    public init(from decoder: any Decoder) throws { self.init(try [UInt8](from: decoder)) }
}
