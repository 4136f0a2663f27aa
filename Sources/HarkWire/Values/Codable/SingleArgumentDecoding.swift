/// A type that is decoded as one other value.
struct SingleArgumentDecoding: SingleValueDecodingContainer {
    let decoder: ArgumentDecoder

    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.source.isNull(at: decoder.offset) }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try decoder.source.decode(type, at: decoder.offset, codingPath)
    }
}
