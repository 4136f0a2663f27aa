/// The fields of an object, encoded.
struct KeyedArgumentEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let container: EncodedContainer
    let codingPath: [any CodingKey]

    func encodeNil(forKey key: Key) { container.append(.null, key: key.stringValue) }

    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        container.append(try EncodedNode(value, path: codingPath + [key]), key: key.stringValue)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        encoder(forKey: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        encoder(forKey: key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { encoder(forKey: PathKey.superKey) }

    func superEncoder(forKey key: Key) -> any Encoder { encoder(forKey: key) }

    private func encoder(forKey key: any CodingKey) -> ArgumentEncoder {
        let part = EncodedContainer()
        container.append(.container(part), key: key.stringValue)
        return ArgumentEncoder(container: part, codingPath: codingPath + [key])
    }
}
