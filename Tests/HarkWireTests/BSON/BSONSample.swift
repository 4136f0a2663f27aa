import Captures
import HarkWire
import Testing

/// Documents for the tests of BSON.
enum BSONSample {
    /// All that a recording of the original has in its datagrams, metas and payloads, by where it was found.
    static func recorded() throws -> [(name: String, bytes: [UInt8])] {
        var found: [(name: String, bytes: [UInt8])] = []
        for (name, capture) in try Capture.all(in: "Eventcast") where name.hasPrefix("plain-event-") {
            for bytes in capture.chunks.map(\.bytes) {
                let metaEnd = 2 + Int(bytes[0]) * 256 + Int(bytes[1])
                found.append((name: "\(name), meta", bytes: Array(bytes[2..<metaEnd])))
                found.append((name: "\(name), payload", bytes: Array(bytes[metaEnd...])))
            }
        }
        return found
    }

    /// A document with these elements, in hex.
    static func document(_ elements: String) -> [UInt8] { document(Wire.hex(elements)) }

    static func document(_ elements: [UInt8]) -> [UInt8] {
        let length = UInt32(elements.count + 5)
        return (0..<4).map { UInt8(truncatingIfNeeded: length &>> (8 * $0)) } + elements + [0]
    }

    /// A document in which this many documents or arrays are within each other.
    static func nested(_ count: Int, kind: UInt8) -> [UInt8] {
        var bytes = document([])
        for _ in 0..<count { bytes = document([kind, 0x30, 0] + bytes) }
        return bytes
    }

    /// The values of a document.
    static func values(_ document: [UInt8]) throws -> [Value] {
        let cbor = try document.withUnsafeBytes { try BSONInvariant.cbor($0) }
        return try cbor.withUnsafeBytes { cbor in
            var reader = CBORReader(cbor)
            var values: [Value] = []
            while !reader.isAtEnd { values.append(try reader.readValue()) }
            return values
        }
    }

    /// Why a document is refused, by the cursor or by the values in it.
    static func refusal(_ document: [UInt8]) -> BSONError? {
        document.withUnsafeBytes { document in
            do throws(BSONError) {
                _ = try BSONInvariant.cbor(document)
                return nil
            } catch { return error }
        }
    }

    /// What an array is that holds these values.
    static func bson(_ values: Value...) throws -> [UInt8] {
        try BSONInvariant.bson(values.flatMap { try Wire.cbor($0) })
    }
}
