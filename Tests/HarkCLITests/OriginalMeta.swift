import Testing

/// What stands ahead of the payload in a datagram of an original, read by a reader of its own: a document of BSON with
/// texts, numbers of 32 bits and truth values.
struct OriginalMeta {
    /// In their order, as they would be written down.
    let fields: [(key: String, value: String)]
    let payload: [UInt8]

    init(_ datagram: [UInt8]) throws {
        var rest = datagram[...]
        let take = { (count: Int) throws -> ArraySlice<UInt8> in
            try #require(rest.count >= count, "the datagram is cut off")
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
        let number = { () throws -> Int in try take(4).reversed().reduce(0) { $0 << 8 | Int($1) } }
        let byteCount = try take(2).reduce(0) { $0 << 8 | Int($1) }
        payload = Array(datagram.dropFirst(2 + byteCount))
        #expect(try number() == byteCount)
        var fields: [(String, String)] = []
        while case let type = try #require(try take(1).first), type != 0 {
            let key = rest.prefix { $0 != 0 }
            _ = try take(key.count + 1)
            let value =
                switch type {
                case 0x02: String(decoding: try take(try number()).dropLast(), as: UTF8.self)
                case 0x08: try take(1) == [1] ? "true" : "false"
                case 0x10: "\(try number())"
                default: throw UnknownType(type: type)
                }
            fields.append((String(decoding: key, as: UTF8.self), value))
        }
        self.fields = fields
    }

    struct UnknownType: Error { let type: UInt8 }

    subscript(key: String) -> String? { fields.first { $0.key == key }?.value }
}

extension [UInt8] {
    /// A datagram of an original with another number of a port, which has its place in the meta.
    func answered(at port: Int) -> [UInt8] {
        replacing(text: "\u{10}port\u{0}", with: [0, 1, 2, 3].map { UInt8(port >> ($0 * 8) & 0xFF) })
    }

    /// Overwrites what stands behind a text.
    func replacing(text: String, with bytes: [UInt8]) -> [UInt8] {
        var datagram = self
        guard let place = firstRange(of: Array(text.utf8))?.upperBound else { return self }
        datagram.replaceSubrange(place..<place + bytes.count, with: bytes)
        return datagram
    }
}
