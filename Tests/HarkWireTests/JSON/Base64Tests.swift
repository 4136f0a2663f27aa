import HarkWire
import Testing

@Suite struct Base64Tests {
    private func read(_ text: String) throws -> Value {
        try Wire.value(json: "{\"$bytes\":\"\(text)\"}", .init(readsBytes: true))
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ])
    func `the examples of RFC 4648 are written and read`(plain: String, text: String) throws {
        let bytes = Value.bytes(Bytes(plain.utf8))
        #expect(try Wire.json(bytes) == "{\"$bytes\":\"\(text)\"}")
        #expect(try read(text) == bytes)
    }

    @Test func `every byte reads back`() throws {
        let bytes = Value.bytes(Bytes(UInt8.min...UInt8.max))
        #expect(try Wire.value(json: Wire.json(bytes), .init(readsBytes: true)) == bytes)
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Zg===", "Z===", "====", "=Zg=", "Zm9-", "Zm 9", "Zh==", "Zm9=", "Zg==Zg=="])
    func `anything else is refused`(text: String) {
        #expect(throws: JSONError.self) { try read(text) }
    }
}
