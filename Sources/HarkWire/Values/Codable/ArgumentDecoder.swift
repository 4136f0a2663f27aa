/// The `Decoder` behind `Codable` arguments: stands at one value inside an argument.
struct ArgumentDecoder: Decoder {
    let source: DecodedSource
    let offset: Int
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(try KeyedArgumentDecoding(self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try UnkeyedArgumentDecoding(self) }

    func singleValueContainer() -> any SingleValueDecodingContainer { SingleArgumentDecoding(decoder: self) }
}
