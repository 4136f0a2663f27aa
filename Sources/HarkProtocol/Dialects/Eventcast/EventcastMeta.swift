package import HarkWire

/// What is said of a payload before it: whether it is a part, of what, and who has sent it.
///
/// A plain message is one segment and has an origin. Of a message that is cut, each segment has one, all with the same
/// `sequence`. What is encrypted has none outside; inside there is a datagram with a meta that has.
package struct EventcastMeta {
    /// The one version there is on the wire.
    package static let version: Int32 = 3

    /// What the segments of one message have in common.
    package var sequence: EventcastDigest
    /// The place of this segment, from 0.
    package var segment: Int32
    /// How many segments the message has.
    package var segmentCount: Int32
    /// Whether the payload is a datagram in itself, encrypted.
    package var isEncrypted: Bool
    /// What encrypting nodes add to what they encrypt and to segments; nobody looks at it.
    package var nonce: EventcastDigest?
    package var origin: EventcastOrigin?

    package init(
        sequence: EventcastDigest, segment: Int32 = 0, of segmentCount: Int32 = 1, isEncrypted: Bool = false,
        nonce: EventcastDigest? = nil, origin: EventcastOrigin?
    ) {
        self.sequence = sequence
        self.segment = segment
        self.segmentCount = segmentCount
        self.isEncrypted = isEncrypted
        self.nonce = nonce
        self.origin = origin
    }

    /// Whether the payload is a slice of a datagram and not the content of one.
    package var isSegment: Bool { segmentCount > 1 }

    /// Whether no segment comes after this one.
    package var isLast: Bool { segment == segmentCount - 1 }

    // MARK: Reading

    /// Reads it by the names of its fields, in any order; fields with other names are passed over.
    package init(reading document: UnsafeRawBufferPointer) throws(EventcastError) {
        let version: Int64?
        let fields: EventcastFields
        do throws(BSONError) {
            version = try EventcastFields.version(of: document)
        } catch { throw .badMeta(error) }
        // First of all: in another version everything else may be different.
        guard version == Int64(Self.version) else { throw .version(version) }
        do throws(BSONError) {
            fields = try EventcastFields(reading: document)
        } catch { throw .badMeta(error) }
        self = try fields.meta()
    }

    // MARK: Writing

    /// Writes it as the original does, which has an order for the fields.
    package func write(to output: inout ByteWriter) {
        let document = BSONWriter.beginDocument(to: &output)
        BSONWriter.write(Self.version, BSONWriter.beginElement("v", to: &output), to: &output)
        BSONWriter.write(segment, BSONWriter.beginElement("seq", to: &output), to: &output)
        BSONWriter.write(segmentCount, BSONWriter.beginElement("seqLen", to: &output), to: &output)
        sequence.write(BSONWriter.beginElement("seqId", to: &output), to: &output)
        BSONWriter.write(isLast, BSONWriter.beginElement("seqEnd", to: &output), to: &output)
        BSONWriter.write(isEncrypted, BSONWriter.beginElement("enc", to: &output), to: &output)
        if let nonce { nonce.write(BSONWriter.beginElement("nonce", to: &output), to: &output) }
        origin?.write(to: &output)
        BSONWriter.endDocument(document, to: &output)
    }
}
