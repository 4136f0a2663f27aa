import HarkProtocol
import HarkWire

/// What holds for any bytes given as a datagram. The fuzzer looks for bytes that break it.
enum EventcastDatagramInvariant {
    /// What is broken, or nil.
    static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard let datagram = try? EventcastDatagram(reading: bytes) else { return nil }
        // A port of zero or a text that was absent is there when it is written: once, and not twice.
        guard let written = Self.written(datagram) else {
            return bytes.count > 65_000 ? nil : "read but not written"
        }
        let again = written.withUnsafeBytes { bytes in
            (try? EventcastDatagram(reading: bytes)).flatMap { self.written($0) }
        }
        guard again == written else { return "reads back as something else" }
        return assembly(datagram) ?? payload(datagram) ?? request(datagram)
    }

    private static func written(_ datagram: EventcastDatagram) -> [UInt8]? {
        var output = ByteWriter(pool: ChunkPool())
        try? EventcastDatagram.write(datagram.meta, payload: datagram.payload, to: &output)
        let bytes = output.takeBytes()
        return bytes.isEmpty ? nil : bytes
    }

    private static func assembly(_ datagram: EventcastDatagram) -> String? {
        var limits = EventcastLimits()
        (limits.messageByteCount, limits.assemblyMessageCount, limits.assemblyByteCount) = (1_000, 1, 2_000)
        var assembly = EventcastAssembly(limits: limits, timing: EventcastTiming(ttl: 3_000))
        var output = ByteWriter(pool: ChunkPool())
        output.beginFrame()
        let source = DatagramAddress(ipv4: 1, port: 1)
        switch assembly.add(datagram, from: source, now: .zero, to: &output) {
        case .kept:
            let again = assembly.add(datagram, from: source, now: .zero, to: &output)
            return again == .repeated ? nil : "a segment is taken twice"
        case .refused: return assembly.byteCount == 0 ? nil : "what is refused takes memory"
        case .repeated, .complete: return "no message has one segment"
        }
    }

    private static func payload(_ datagram: EventcastDatagram) -> String? {
        guard let arguments = cbor(datagram.payload) else { return nil }
        guard let written = Self.written(datagram.meta, arguments) else { return "arguments that are not written" }
        let again = written.withUnsafeBytes { bytes -> [UInt8]? in
            guard let arguments = (try? EventcastDatagram(reading: bytes)).flatMap({ cbor($0.payload) }) else {
                return nil
            }
            return self.written(datagram.meta, arguments)
        }
        return again == written ? nil : "arguments that read back as something else"
    }

    private static func cbor(_ payload: UnsafeRawBufferPointer) -> [UInt8]? {
        var output = ByteWriter(pool: ChunkPool())
        output.beginFrame()
        guard (try? EventcastPayload.transcode(payload, to: &output)) != nil else { return nil }
        return output.takeBytes()
    }

    private static func written(_ meta: EventcastMeta, _ arguments: [UInt8]) -> [UInt8]? {
        var output = ByteWriter(pool: ChunkPool())
        let result: Void? = arguments.withUnsafeBytes {
            try? EventcastDatagram.write(meta, arguments: $0, to: &output)
        }
        let bytes = output.takeBytes()
        return result == nil ? nil : bytes
    }

    private static func request(_ datagram: EventcastDatagram) -> String? {
        guard let request = try? EventcastRequest(reading: datagram.payload) else { return nil }
        var output = ByteWriter(pool: ChunkPool())
        try? EventcastDatagram.write(datagram.meta, request: request, to: &output)
        return output.takeBytes().withUnsafeBytes { bytes in
            guard let datagram = try? EventcastDatagram(reading: bytes),
                let again = try? EventcastRequest(reading: datagram.payload)
            else { return "a request that is written but not read" }
            return again.missing == request.missing && again.sequence == request.sequence ? nil : "another request"
        }
    }
}
