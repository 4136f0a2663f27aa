import HarkProtocol
import HarkWire
import Testing

struct EventcastRequestTests {
    private static let fields: [(String, Value)] = [
        ("id", "i"), ("seqId", "0123456789abcdef0123456789abcdef01234567"), ("missedSeq", [3, 1]), ("host", "h"),
        ("port", 41_001),
    ]

    /// The segments that are asked for, in a request with a field replaced.
    private func missing(_ name: String = "", _ value: Value? = nil) throws -> [Int32] {
        var fields = Self.fields
        for index in fields.indices.reversed() where fields[index].0 == name {
            if let value { fields[index].1 = value } else { fields.remove(at: index) }
        }
        let content = try EventcastReading(EventcastReading().written([.object(Value.Object(fields))])).payload
        // The first argument alone: an array of one element becomes the element.
        let document = Array(content[20..<content.count - 2])
        let payload: [UInt8] = [0x03] + Array("payload\0".utf8) + document + [0]
        let head = (0..<4).map { UInt8(truncatingIfNeeded: (payload.count + 4) >> (8 * $0)) }
        return try (head + payload).withUnsafeBytes { try EventcastRequest(reading: $0).missing }
    }

    @Test func `segments are wanted in the order in which they are named`() throws {
        #expect(try missing() == [3, 1])
        #expect(try missing("missedSeq", []) == [])
    }

    @Test(arguments: ["id", "seqId", "missedSeq", "host", "port"])
    func `all fields have to be there`(field: String) {
        #expect(throws: EventcastError.missing(field: field)) { try missing(field) }
    }

    @Test(
        arguments: [
            ("seqId", "x"), ("missedSeq", [-1]), ("missedSeq", [16_384]), ("missedSeq", [4_294_967_296]), ("port", 0),
            ("port", 65_536), ("port", -1),
        ] as [(String, Value)])
    func `values that make no sense are refused`(field: String, value: Value) {
        #expect(throws: EventcastError.outOfRange(field: field)) { try missing(field, value) }
    }

    @Test(arguments: ["id", "seqId", "missedSeq", "host", "port"])
    func `values of another kind are refused`(field: String) {
        let error = #expect(throws: EventcastError.self) { try missing(field, true) }
        guard case .badPayload? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `more segments than a message has are refused`() {
        let many = Value.array(Array(repeating: 1, count: EventcastRequest.missingCountMax + 1))
        #expect(throws: EventcastError.outOfRange(field: "missedSeq")) { try missing("missedSeq", many) }
    }

    @Test func `arguments are no request`() throws {
        let payload = try EventcastReading(EventcastReading().written([1])).payload
        #expect(throws: EventcastError.self) {
            try payload.withUnsafeBytes { try EventcastRequest(reading: $0).missing }
        }
        #expect(throws: EventcastError.missing(field: "payload")) {
            try ([] as [UInt8]).withUnsafeBytes { try EventcastRequest(reading: $0).missing }
        }
    }
}
