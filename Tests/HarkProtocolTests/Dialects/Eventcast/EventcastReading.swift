import HarkProtocol
import HarkWire

/// A datagram as values that need nobody to keep them alive.
struct EventcastReading: Equatable {
    var sequence: EventcastDigest
    var segment: Int32 = 0
    var segmentCount: Int32 = 1
    var isEncrypted = false
    var nonce: EventcastDigest?
    /// Name, host, hostname, id and time; nil without an origin.
    var texts: [String]? = ["event", "127.0.0.1", "vm", "aaaaaaaaaaaaaaaa", "2026-11-21T02:16:32.198Z"]
    var port: UInt16 = 41_001
    var payload: [UInt8] = []

    init(sequence: EventcastDigest = EventcastDigest(random: 1, 2, 3)) { self.sequence = sequence }

    init(_ bytes: [UInt8]) throws(EventcastError) {
        self = try bytes.withUnsafeBytes { bytes in
            Result { () throws(EventcastError) in EventcastReading(try EventcastDatagram(reading: bytes)) }
        }.get()
    }

    init(_ datagram: EventcastDatagram) {
        let meta = datagram.meta
        sequence = meta.sequence
        segment = meta.segment
        segmentCount = meta.segmentCount
        isEncrypted = meta.isEncrypted
        nonce = meta.nonce
        texts = meta.origin.map { origin in
            [origin.name, origin.host, origin.hostname, origin.id, origin.time].map {
                String(decoding: $0, as: UTF8.self)
            }
        }
        port = meta.origin?.port ?? 0
        payload = Array(datagram.payload)
    }

    var name: String? { texts?.first }

    // MARK: Writing

    /// The datagram with the payload as it is.
    func written() throws -> [UInt8] {
        try written { meta, output in
            try payload.withUnsafeBytes { try EventcastDatagram.write(meta, payload: $0, to: &output) }
        }
    }

    /// The datagram with these arguments and not the payload.
    func written(_ arguments: [Value]) throws -> [UInt8] {
        let cbor = Self.cbor(arguments)
        return try written { meta, output in
            try cbor.withUnsafeBytes { try EventcastDatagram.write(meta, arguments: $0, to: &output) }
        }
    }

    func written(_ body: (EventcastMeta, inout ByteWriter) throws -> Void) throws -> [UInt8] {
        try withOrigin { origin in
            var output = ByteWriter(pool: ChunkPool())
            // Frames begin anywhere.
            output.append("-")
            let meta = EventcastMeta(
                sequence: sequence, segment: segment, of: segmentCount, isEncrypted: isEncrypted, nonce: nonce,
                origin: origin)
            try body(meta, &output)
            return Array(output.takeBytes().dropFirst())
        }
    }

    func withOrigin<Result>(_ body: (EventcastOrigin?) throws -> Result) throws -> Result {
        guard let texts else { return try body(nil) }
        return try Array(texts.joined().utf8).withUnsafeBytes { bytes in
            var start = 0
            let parts = texts.map { text in
                defer { start += text.utf8.count }
                return UnsafeRawBufferPointer(rebasing: bytes[start..<start + text.utf8.count])
            }
            return try body(
                EventcastOrigin(
                    name: parts[0], host: parts[1], port: port, hostname: parts[2], id: parts[3], time: parts[4]))
        }
    }

    // MARK: Arguments

    static func cbor(_ arguments: [Value]) -> [UInt8] {
        var writer = ArgumentWriter(pool: ChunkPool())
        for argument in arguments { writer.write(argument) }
        return writer.bytes.takeBytes()
    }

    /// The arguments that the payload holds.
    func arguments() throws -> [Value] { try Self.arguments(payload) }

    static func arguments(_ payload: [UInt8]) throws -> [Value] {
        var output = ByteWriter(pool: ChunkPool())
        output.beginFrame()
        let count = try payload.withUnsafeBytes { try EventcastPayload.transcode($0, to: &output) }
        let cbor = output.takeBytes()
        return try cbor.withUnsafeBytes { cbor in
            var reader = CBORReader(cbor)
            return try (0..<count).map { _ in try reader.readValue() }
        }
    }
}
