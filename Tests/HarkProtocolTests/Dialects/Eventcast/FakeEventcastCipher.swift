import HarkProtocol

/// Changes every byte by its key, and fills up to whole blocks as the original does. Not secret at all.
final class FakeEventcastCipher: EventcastCipher {
    private let key: UInt8

    init(key: UInt8) { self.key = key }

    func encrypt(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        let padding = 16 - text.count % 16
        return (text + Array(repeating: UInt8(padding), count: padding)).map { $0 ^ key }
    }

    func decrypt(_ ciphertext: UnsafeRawBufferPointer) -> [UInt8]? {
        guard !ciphertext.isEmpty, ciphertext.count % 16 == 0 else { return nil }
        let text = ciphertext.map { $0 ^ key }
        let padding = Int(text[text.count - 1])
        guard 1...16 ~= padding, text.suffix(padding).allSatisfy({ $0 == padding }) else { return nil }
        return Array(text.dropLast(padding))
    }
}
