import HarkWire
import Testing

@Suite struct JSONDigitsTests {
    private static let digits = Array("9876543210987654321012345".utf8)

    /// What a text is as the reader and the cursor read it, which must agree; nil when it is refused.
    private static func read(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) -> Value? {
        let bytes = Array(text.utf8)
        let read = bytes.withUnsafeBytes { try? JSONReader.value(of: $0) }
        let transcoded = bytes.withUnsafeBytes { bytes -> Value? in
            var cursor = JSONCursor(bytes)
            var writer = ByteWriter(pool: ChunkPool())
            writer.beginFrame()
            guard (try? cursor.transcode(to: &writer)) != nil, (try? cursor.finish()) != nil else { return nil }
            return try? CBORReader.value(of: writer.frameBytes())
        }
        #expect(read == transcoded, "\(text)", sourceLocation: sourceLocation)
        return read
    }

    /// Spaces behind a number decide how many of its digits are looked at together.
    private static func padded(_ text: String) -> [String] { (0...9).map { text + String(repeating: " ", count: $0) } }

    @Test(arguments: 1...19)
    func `an integer of any length is read, whatever stands behind it`(count: Int) {
        let text = String(decoding: Self.digits.prefix(count), as: UTF8.self)
        let expected = Int64(text).map(Value.int) ?? Double(text).map(Value.double)
        for text in Self.padded(text) { #expect(Self.read(text) == expected, "\(text)") }
        guard let expected = Int64("-" + text) else { return }
        for text in Self.padded("-" + text) { #expect(Self.read(text) == .int(expected), "\(text)") }
    }

    @Test(arguments: 1...12, 1...12)
    func `a decimal of any length is read as the nearest double`(wholeCount: Int, places: Int) throws {
        let digits = Self.digits.prefix(wholeCount + places)
        let whole = String(decoding: digits.prefix(wholeCount), as: UTF8.self)
        let fraction = String(decoding: digits.dropFirst(wholeCount), as: UTF8.self)
        for text in ["\(whole).\(fraction)", "-\(whole).\(fraction)", "0.\(fraction)", "-0.00\(fraction)"] {
            let expected = try #require(Double(text))
            for text in Self.padded(text) {
                #expect(Self.read(text)?.double?.bitPattern == expected.bitPattern, "\(text)")
            }
        }
    }

    @Test func `a number ends before any byte that is no digit`() {
        for byte in UInt8.min...UInt8.max where !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte) {
            for count in 1...9 {
                let text = Self.digits.prefix(count) + [byte] + Array("      ".utf8)
                let isSpace = [0x20, 0x09, 0x0A, 0x0D].contains(byte)
                let value = text.withUnsafeBytes { try? JSONReader.value(of: $0) }
                #expect((value != nil) == isSpace, "\(byte) behind \(count) digits")
            }
        }
    }

    @Test(arguments: [
        "01", "-01", "00", "1.", "-.5", ".5", "1.e5", "00.5", "01.5", "-", "1.5.5", "12345678.", "1.123456789.",
        "1-", "1.5-",
    ])
    func `what is no number of JSON is refused`(text: String) {
        for text in Self.padded(text) { #expect(Self.read(text) == nil, "\(text)") }
    }

    @Test(arguments: [
        ("0", "0"), ("0.0", "0"), ("0.5", "0.5"), ("-0.5", "-0.5"), ("1.50", "1.5"), ("1234567.125", "1234567.125"),
        ("1732242000.123", "1732242000.123"), ("1e3", "1000"), ("1.5e3", "1500"), ("123456789.5E-1", "12345678.95"),
        ("0.000001", "0.000001"), ("999999999.999999", "999999999.999999"),
        ("1000000000.000001", "1000000000.000001"),
    ])
    func `what is read is written as JavaScript prints it`(text: String, expected: String) throws {
        let value = try #require(Self.read(text))
        #expect(try Wire.json(value) == expected)
    }

    @Test func `minus zero stays a double`() {
        #expect(Self.read("-0")?.double?.sign == .minus)
        #expect(Self.read("-0.0")?.double?.sign == .minus)
    }
}
