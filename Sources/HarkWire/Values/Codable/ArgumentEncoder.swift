/// The `Encoder` behind `Codable` arguments: collects the parts of one value in its container.
struct ArgumentEncoder: Encoder {
    let container: EncodedContainer
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        container.shape = .object
        return KeyedEncodingContainer(KeyedArgumentEncoding(container: container, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        container.shape = .array
        return UnkeyedArgumentEncoding(container: container, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        container.shape = .single
        return SingleArgumentEncoding(container: container, codingPath: codingPath)
    }
}
