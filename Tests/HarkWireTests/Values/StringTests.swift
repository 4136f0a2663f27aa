import HarkWire
import Testing

/// Short texts, gathered in two words.
@Suite struct StringTests {
    /// Every length that a string holds in itself, its characters all different.
    @Test(arguments: 0...15)
    func `up to fifteen bytes read as the text they are`(count: Int) throws {
        let text = String("order.created_7".prefix(count))
        #expect(try read(Array(text.utf8)) == text)
    }

    @Test(arguments: 1...15)
    func `a byte that is not ASCII is seen wherever it stands`(count: Int) {
        for place in 0..<count {
            var bytes = [UInt8](repeating: 0x61, count: count)
            bytes[place] = 0xFF
            #expect(throws: CBORError.self) { try read(bytes) }
        }
    }

    @Test(arguments: 2...15)
    func `a letter of two bytes is read wherever it stands`(count: Int) throws {
        for place in 0..<(count - 1) {
            let letters = String(repeating: "a", count: place) + "é"
            let text = letters + String(repeating: "b", count: count - place - 2)
            #expect(try read(Array(text.utf8)) == text)
        }
    }

    @Test func `zero bytes are part of a text`() throws {
        let text = "\0a\0\0\0\0\0\0\0b\0"
        #expect(try read(Array(text.utf8)) == text)
    }

    /// The text that `utf8` is as an item, followed by bytes that must not be taken for it.
    private func read(_ utf8: [UInt8]) throws -> String? {
        let item = [0x82, 0x60 | UInt8(utf8.count)] + utf8 + [0x78, 0x02, 0x7A, 0x7A]
        return try item.withUnsafeBytes { try CBORReader.value(of: $0)[0]?.string }
    }
}
