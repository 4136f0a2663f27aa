import HarkWire

/// What holds for any bytes given to the BSON cursor. The fuzzer looks for bytes that break it.
enum BSONInvariant {
    /// What is broken, or nil.
    static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard let read = try? cbor(bytes) else { return nil }
        let itemCount = read.withUnsafeBytes { bytes in
            var reader = CBORReader(bytes)
            return try? reader.skipAll()
        }
        guard itemCount == elementCount(bytes) else { return "transcodes to something that is not CBOR" }
        let written: [UInt8]
        do {
            written = try bson(read)
        } catch {
            return error.reason == .overBudget ? nil : "read but not written: \(error)"
        }
        // What JavaScript has no numbers, dates or flags for is something else once, and not twice.
        guard let again = written.withUnsafeBytes({ try? cbor($0) }) else { return "written but not read" }
        return (try? bson(again)) == written ? nil : "reads back as something else"
    }

    private static func elementCount(_ document: UnsafeRawBufferPointer) -> Int? {
        guard var cursor = try? BSONCursor(document) else { return nil }
        var count = 0
        while (try? cursor.next()) != nil { count += 1 }
        return count
    }

    /// The values of a document as a CBOR sequence.
    static func cbor(_ document: UnsafeRawBufferPointer) throws(BSONError) -> [UInt8] {
        var output = ByteWriter(pool: ChunkPool())
        output.beginFrame()
        var cursor = try BSONCursor(document)
        while let element = try cursor.next() { try element.transcode(to: &output) }
        return output.takeBytes()
    }

    /// A CBOR sequence as an array that is a document of its own.
    static func bson(_ cbor: [UInt8]) throws(CBORError) -> [UInt8] {
        try cbor.withUnsafeBytes { cbor in
            Result { () throws(CBORError) in
                var output = ByteWriter(pool: ChunkPool())
                output.beginFrame()
                let document = BSONWriter.beginDocument(to: &output)
                try BSONTranscoder.writeElements(ofCBOR: cbor, to: &output)
                BSONWriter.endDocument(document, to: &output)
                return output.takeBytes()
            }
        }.get()
    }
}
