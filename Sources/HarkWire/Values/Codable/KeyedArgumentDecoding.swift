/// The fields of an object, to be decoded by name.
struct KeyedArgumentDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let decoder: ArgumentDecoder
    /// Where each field's value begins; of a key that occurs twice, the last.
    private let offsets: [String: Int]

    init(_ decoder: ArgumentDecoder) throws {
        self.decoder = decoder
        do throws(ArgumentError) {
            offsets = try decoder.source.read(at: decoder.offset) { reader throws(ArgumentError) in
                var offsets: [String: Int] = [:]
                var object = try reader.beginObject()
                while let key = try reader.nextKey(in: &object) {
                    offsets[key] = decoder.offset + reader.cbor.offset
                    try reader.skip()
                }
                return offsets
            }
        } catch {
            throw error.decodingError([String: Value].self, decoder.codingPath)
        }
    }

    var codingPath: [any CodingKey] { decoder.codingPath }

    var allKeys: [Key] { offsets.keys.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { offsets[key.stringValue] != nil }

    func decodeNil(forKey key: Key) throws -> Bool { decoder.source.isNull(at: try offset(of: key)) }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try decoder.source.decode(type, at: try offset(of: key), codingPath + [key])
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try decoder(forKey: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(forKey: key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try decoder(forKey: PathKey.superKey) }

    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(forKey: key) }

    private func decoder(forKey key: any CodingKey) throws -> ArgumentDecoder {
        ArgumentDecoder(source: decoder.source, offset: try offset(of: key), codingPath: codingPath + [key])
    }

    private func offset(of key: any CodingKey) throws -> Int {
        if let offset = offsets[key.stringValue] { return offset }
        let context = DecodingError.Context(codingPath: codingPath, debugDescription: "the field is missing")
        throw DecodingError.keyNotFound(key, context)
    }
}
