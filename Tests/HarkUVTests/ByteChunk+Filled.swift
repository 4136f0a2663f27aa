import HarkWire

extension ByteChunk {
    /// A chunk of its own with `bytes`.
    static func filled(with bytes: [UInt8]) -> ByteChunk {
        var writer = ByteWriter(pool: ChunkPool())
        writer.beginFrame()
        bytes.withUnsafeBytes { writer.append($0) }
        guard let chunk = writer.takeChunk() else { preconditionFailure("no bytes") }
        return chunk
    }
}
