import HarkProtocol
import HarkWire
import Testing

struct EventcastPayloadTests {
    @Test func `an empty payload is one null argument`() throws {
        #expect(try EventcastReading.arguments([]) == [nil])
        #expect(try EventcastReading.arguments([5, 0, 0, 0, 0]) == [nil])
    }

    @Test func `what is not an array is one argument`() throws {
        let field = [0x10] + Array("payload\0".utf8) + [7, 0, 0, 0, 0]
        #expect(try EventcastReading.arguments([18, 0, 0, 0] + field) == [7])
    }

    @Test func `arguments come one after the other`() throws {
        var reading = EventcastReading()
        reading = try EventcastReading(reading.written([1, [2], "x"]))
        #expect(try reading.arguments() == [1, [2], "x"])
        reading = try EventcastReading(reading.written([]))
        #expect(try reading.arguments() == [])
    }

    @Test func `what is not BSON is refused`() {
        #expect(throws: EventcastError.badPayload(BSONError(.truncated, at: 0))) {
            try EventcastReading.arguments([1])
        }
        let unknown = [0x13] + Array("payload\0".utf8) + [0]
        #expect(throws: EventcastError.badPayload(BSONError(.unknownKind(0x13), at: 4))) {
            try EventcastReading.arguments([14, 0, 0, 0] + unknown)
        }
    }
}
