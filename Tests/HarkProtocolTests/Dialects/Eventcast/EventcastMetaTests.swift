import HarkProtocol
import HarkWire
import Testing

struct EventcastMetaTests {
    private static let digits = "0123456789abcdef0123456789abcdef01234567"

    private static let fields: [(String, Value)] = [
        ("v", 3), ("seq", 0), ("seqLen", 1), ("seqId", .string(digits)), ("seqEnd", true), ("enc", false),
        ("name", "n"), ("host", "h"), ("port", 1), ("hostname", "hn"), ("id", "i"), ("time", "t"),
    ]

    /// What is read from a meta of these fields.
    private func read(_ fields: [(String, Value)]) throws(EventcastError) -> EventcastReading {
        let document = Self.document(fields)
        let head = [UInt8(document.count / 256), UInt8(document.count % 256)]
        return try EventcastReading(head + document)
    }

    /// An object as a document of its own.
    private static func document(_ fields: [(String, Value)]) -> [UInt8] {
        let cbor = EventcastReading.cbor([.object(Value.Object(fields))])
        var output = ByteWriter(pool: ChunkPool())
        output.beginFrame()
        _ = cbor.withUnsafeBytes { try? BSONTranscoder.writeElements(ofCBOR: $0, to: &output) }
        // Behind a kind, a key of one digit and its zero byte.
        return Array(output.takeBytes().dropFirst(3))
    }

    private func replacing(_ name: String, _ value: Value?) -> [(String, Value)] {
        var fields = Self.fields
        for index in fields.indices.reversed() where fields[index].0 == name {
            if let value { fields[index].1 = value } else { fields.remove(at: index) }
        }
        return fields
    }

    private func adding(_ name: String, _ value: Value) -> [(String, Value)] {
        var fields = replacing(name, nil)
        fields.append((name, value))
        return fields
    }

    @Test func `fields are read by their names, in any order, among others`() throws {
        let expected = try read(Self.fields)
        #expect(expected.texts == ["n", "h", "hn", "i", "t"] && expected.port == 1)
        #expect(try read(Self.fields.reversed()) == expected)
        let other: (String, Value) = ("x", [1, ["v": 2]])
        #expect(try read([other] + Self.fields) == expected)
        #expect(try read(Self.fields + [other]) == expected)
    }

    @Test func `another version is told as such, whatever else is wrong`() {
        #expect(throws: EventcastError.version(2)) { try read(replacing("v", 2)) }
        #expect(throws: EventcastError.version(4)) { try read([("seq", "x"), ("v", 4)]) }
        #expect(throws: EventcastError.version(nil)) { try read([]) }
        #expect(throws: EventcastError.version(nil)) { try read(replacing("v", "3")) }
        #expect(EventcastError.version(2).code == "EPRVERSION")
        #expect(EventcastError.missing(field: "v").code == nil)
    }

    @Test(arguments: ["seq", "seqLen", "seqId", "seqEnd", "enc", "name", "id"])
    func `what has to be there is missed by its name`(field: String) {
        #expect(throws: EventcastError.missing(field: field)) { try read(replacing(field, nil)) }
    }

    @Test func `where nobody can be asked, no address is needed`() throws {
        let fields = Self.fields.filter { !["host", "port", "hostname", "time"].contains($0.0) }
        #expect(try read(fields).texts == ["n", "", "", "i", ""])
    }

    @Test(
        arguments: [
            ("seq", -1), ("seq", 1), ("seq", 4_294_967_296), ("seqLen", 0), ("seqLen", -1), ("seqLen", 2_147_483_648),
            ("seqId", ""), ("seqId", "0123456789ABCDEF0123456789abcdef01234567"), ("seqEnd", false), ("port", -1),
            ("port", 65_536),
        ] as [(String, Value)])
    func `values that make no sense are refused`(field: String, value: Value) {
        #expect(throws: EventcastError.outOfRange(field: field)) { try read(replacing(field, value)) }
    }

    @Test(arguments: [
        "seq", "seqLen", "seqId", "seqEnd", "enc", "nonce", "name", "host", "port", "hostname", "id", "time",
    ])
    func `values of another kind are refused`(field: String) {
        let error = #expect(throws: EventcastError.self) { try read(adding(field, [])) }
        guard case .badMeta(let reason)? = error, case .expected = reason.reason else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a segment is one of several`() throws {
        let segment = [("seq", 1), ("seqLen", 3), ("seqEnd", false)] as [(String, Value)]
        let middle = try read(Self.fields.filter { !$0.0.hasPrefix("seq") || $0.0 == "seqId" } + segment)
        #expect(middle.segment == 1 && middle.segmentCount == 3)
        #expect(throws: EventcastError.outOfRange(field: "seqEnd")) { try read(replacing("seqLen", 3)) }
    }

    @Test func `a nonce that is none does not matter`() throws {
        #expect(try read(adding("nonce", "x")).nonce == nil)
        #expect(try read(adding("nonce", .string(Self.digits))).nonce != nil)
    }

    @Test func `what is encrypted needs no origin, and keeps one it has`() throws {
        let outer = Array(replacing("enc", true).prefix(6))
        #expect(try read(outer).texts == nil)
        #expect(try read(replacing("enc", true)).texts?.first == "n")
    }
}
