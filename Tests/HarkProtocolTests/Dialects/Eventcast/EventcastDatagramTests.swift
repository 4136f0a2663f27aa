import Captures
import HarkProtocol
import HarkWire
import Testing

struct EventcastDatagramTests {
    @Test func `a datagram that is shorter than its meta is refused`() throws {
        for bytes in [[], [0], [0, 5], [0, 5, 5, 0, 0, 0]] as [[UInt8]] {
            #expect(throws: EventcastError.truncated(byteCount: bytes.count)) { try EventcastReading(bytes) }
        }
        #expect(throws: EventcastError.badMeta(BSONError(.truncated, at: 0))) { try EventcastReading([0, 0]) }
    }

    @Test func `a recorded datagram may end anywhere and be damaged anywhere`() throws {
        for name in ["plain-event-nested", "encrypted-event-null", "plain-retransmission"] {
            let capture = try Capture.named("Eventcast/\(name)")
            let bytes = try #require(capture.chunks.first { $0.bytes.count < 600 }).bytes
            for count in bytes.indices {
                let part = Array(bytes[..<count])
                #expect(part.withUnsafeBytes(EventcastDatagramInvariant.violation) == nil, "\(name) cut at \(count)")
            }
            for index in bytes.indices {
                for other in [0, 1, 0x7F, 0xFF, bytes[index] ^ 1, bytes[index] ^ 0x80] {
                    var changed = bytes
                    changed[index] = other
                    let found = changed.withUnsafeBytes(EventcastDatagramInvariant.violation)
                    #expect(found == nil, "\(name), \(other) at \(index)")
                }
            }
        }
    }

    @Test func `a name that is too long is refused, and nothing of the frame is left`() throws {
        var reading = EventcastReading()
        reading.texts?[0] = String(repeating: "n", count: 65_300)
        #expect(try EventcastReading(reading.written([1])).name == reading.name)
        reading.texts?[0] = String(repeating: "n", count: 65_400)
        let written = try reading.written { meta, output in
            do throws(EventcastError) {
                try EventcastDatagram.write(meta, payload: UnsafeRawBufferPointer(start: nil, count: 0), to: &output)
                Issue.record("written")
            } catch {
                #expect(error == .metaTooLong(byteCount: 65_400 + 218))
            }
        }
        #expect(written.isEmpty)
    }

    @Test func `arguments that cannot be sent leave nothing of the frame`() throws {
        let cbor = EventcastReading.cbor([1, ["a\0": 2]])
        let written = try EventcastReading().written { meta, output in
            do {
                try cbor.withUnsafeBytes { try EventcastDatagram.write(meta, arguments: $0, to: &output) }
                Issue.record("written")
            } catch EventcastError.badArguments(let reason) {
                #expect(reason.reason == .zeroByte)
            }
        }
        #expect(written.isEmpty)
    }
}
