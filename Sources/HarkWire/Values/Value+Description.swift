extension Value: CustomStringConvertible {
    /// The value as JSON; bytes in base64, NaN and infinities as null, cut off after 64 levels.
    public var description: String {
        var writer = ByteWriter(pool: ChunkPool())
        do { try JSONWriter.write(self, to: &writer) } catch { writer.append(" … ") }
        return String(decoding: writer.takeBytes(), as: UTF8.self)
    }
}

extension Value.Object: CustomStringConvertible {
    /// The object as JSON.
    public var description: String { Value.object(self).description }
}
