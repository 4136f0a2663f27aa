/// The elements of an array, to be decoded in order.
struct UnkeyedArgumentDecoding: UnkeyedDecodingContainer {
    private let decoder: ArgumentDecoder
    private let offsets: [Int]
    private(set) var currentIndex = 0

    init(_ decoder: ArgumentDecoder) throws {
        self.decoder = decoder
        do throws(ArgumentError) {
            offsets = try decoder.source.read(at: decoder.offset) { reader throws(ArgumentError) in
                var offsets: [Int] = []
                var array = try reader.beginArray()
                while try reader.next(in: &array) {
                    offsets.append(decoder.offset + reader.cbor.offset)
                    try reader.skip()
                }
                return offsets
            }
        } catch {
            throw error.decodingError([Value].self, decoder.codingPath)
        }
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { offsets.count }
    var isAtEnd: Bool { currentIndex == offsets.count }

    mutating func decodeNil() throws -> Bool {
        guard decoder.source.isNull(at: try offset(of: Never?.self)) else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let value = try decoder.source.decode(type, at: try offset(of: type), path)
        // Only now: an element that could not be decoded may be tried as another type.
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try nextDecoder().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try nextDecoder().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder { try nextDecoder() }

    private var path: [any CodingKey] { codingPath + [PathKey(intValue: currentIndex)] }

    private mutating func nextDecoder() throws -> ArgumentDecoder {
        let next = ArgumentDecoder(source: decoder.source, offset: try offset(of: Value.self), codingPath: path)
        currentIndex += 1
        return next
    }

    private func offset(of type: any Any.Type) throws -> Int {
        guard isAtEnd else { return offsets[currentIndex] }
        let context = DecodingError.Context(codingPath: path, debugDescription: "the array has no more elements")
        throw DecodingError.valueNotFound(type, context)
    }
}
