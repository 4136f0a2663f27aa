internal import HarkWire

/// The keys that a node has to do with, numbered. Its neighbours are told the numbers.
package struct MeshKeys {
    /// 65 536 keys have numbers, which are never forgotten: events of further ones carry their key.
    package static let countMax = 1 << 16

    private var table = NameTable()
    private var keys: [MeshKey] = []

    package init() {}

    package var count: Int { keys.count }

    package subscript(number: Int) -> MeshKey { keys[number] }

    /// The number of a key, which gets one if it has none; nil when there are too many.
    package mutating func number(of key: MeshKey) -> Int? { number(of: key, countMax: Self.countMax) }

    /// The number of a key that somebody else has named. They leave half of the numbers to this node.
    mutating func number(ofOther key: MeshKey) -> Int? { number(of: key, countMax: Self.countMax / 2) }

    private mutating func number(of key: MeshKey, countMax: Int) -> Int? {
        key.bytes.withUnsafeBytes { bytes in
            if let number = table.number(of: bytes) { return number }
            guard keys.count < countMax else { return nil }
            keys.append(key)
            return table.add(bytes)
        }
    }
}
