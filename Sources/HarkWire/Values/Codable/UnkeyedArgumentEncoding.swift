/// The elements of an array, encoded.
struct UnkeyedArgumentEncoding: UnkeyedEncodingContainer {
    let container: EncodedContainer
    let codingPath: [any CodingKey]

    var count: Int { container.parts.count }

    func encodeNil() { container.parts.append(.null) }

    func encode<T: Encodable>(_ value: T) throws {
        container.parts.append(try EncodedNode(value, path: path))
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        encoder().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder().unkeyedContainer() }

    func superEncoder() -> any Encoder { encoder() }

    private var path: [any CodingKey] { codingPath + [PathKey(intValue: count)] }

    private func encoder() -> ArgumentEncoder {
        let part = EncodedContainer()
        let path = path
        container.parts.append(.container(part))
        return ArgumentEncoder(container: part, codingPath: path)
    }
}
