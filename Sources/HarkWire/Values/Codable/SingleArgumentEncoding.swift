/// A type that encodes as one other value.
struct SingleArgumentEncoding: SingleValueEncodingContainer {
    let container: EncodedContainer
    let codingPath: [any CodingKey]

    func encodeNil() { container.parts = [.null] }

    func encode<T: Encodable>(_ value: T) throws {
        container.parts = [try EncodedNode(value, path: codingPath)]
    }
}
