import HarkWire

/// What a node asks for that has got only some segments of a message: the payload of the event `__ec_retx`. The answer
/// is the segments as they were, each a datagram.
package struct EventcastRequest {
    /// What the event is called that carries it.
    package static let eventName: StaticString = "__ec_retx"

    /// 16 384 segments: as many as a message may have.
    package static let missingCountMax = EventcastAssembly.segmentCountMax

    /// The node that asks.
    package var id: UnsafeRawBufferPointer
    package var sequence: EventcastDigest
    /// The places of the segments, in the order in which they are wanted.
    package var missing: [Int32]
    /// Where to send them.
    package var host: UnsafeRawBufferPointer
    package var port: UInt16

    package init(
        id: UnsafeRawBufferPointer, sequence: EventcastDigest, missing: [Int32], host: UnsafeRawBufferPointer,
        port: UInt16
    ) {
        self.id = id
        self.sequence = sequence
        self.missing = missing
        self.host = host
        self.port = port
    }

    // MARK: Writing

    /// Writes it as the payload of a datagram.
    func write(to output: inout ByteWriter) {
        let payload = BSONWriter.beginDocument(to: &output)
        let element = BSONWriter.beginElement(EventcastPayload.key, to: &output)
        let document = BSONWriter.beginDocument(element, to: &output)
        BSONWriter.write(text: id, BSONWriter.beginElement("id", to: &output), to: &output)
        sequence.write(BSONWriter.beginElement("seqId", to: &output), to: &output)
        let array = BSONWriter.beginArray(BSONWriter.beginElement("missedSeq", to: &output), to: &output)
        for (index, segment) in missing.enumerated() {
            BSONWriter.write(segment, BSONWriter.beginElement(index: index, to: &output), to: &output)
        }
        BSONWriter.endDocument(array, to: &output)
        BSONWriter.write(text: host, BSONWriter.beginElement("host", to: &output), to: &output)
        BSONWriter.write(Int32(port), BSONWriter.beginElement("port", to: &output), to: &output)
        BSONWriter.endDocument(document, to: &output)
        BSONWriter.endDocument(payload, to: &output)
    }
}

// MARK: - Reading

extension EventcastRequest {
    /// Reads it from the payload of a datagram, whose bytes it borrows. All fields have to be there and make sense;
    /// whether there are such segments is for the caller to see.
    package init(reading payload: UnsafeRawBufferPointer) throws(EventcastError) {
        let content: BSONElement?
        var fields = Fields()
        do throws(BSONError) {
            content = try EventcastPayload.content(of: payload)
            if var cursor = try content?.beginDocument() {
                while let element = try cursor.next() { try fields.read(element) }
            }
        } catch { throw .badPayload(error) }
        if content == nil { throw .missing(field: "payload") }
        self = try fields.request()
    }

    /// What was there.
    private struct Fields {
        private var id: UnsafeRawBufferPointer?
        private var sequence: UnsafeRawBufferPointer?
        private var missing: [Int64]?
        private var host: UnsafeRawBufferPointer?
        private var port: Int64?

        mutating func read(_ element: BSONElement) throws(BSONError) {
            if element.isNamed("id") {
                id = try element.readString()
            } else if element.isNamed("seqId") {
                sequence = try element.readString()
            } else if element.isNamed("missedSeq") {
                missing = try Self.integers(element)
            } else if element.isNamed("host") {
                host = try element.readString()
            } else if element.isNamed("port") {
                port = try element.readInteger()
            }
        }

        /// One more than there may be at most.
        private static func integers(_ element: BSONElement) throws(BSONError) -> [Int64] {
            var integers: [Int64] = []
            var cursor = try element.beginArray()
            while integers.count <= EventcastRequest.missingCountMax, let element = try cursor.next() {
                integers.append(try element.readInteger())
            }
            return integers
        }

        func request() throws(EventcastError) -> EventcastRequest {
            guard let id else { throw .missing(field: "id") }
            guard let digits = sequence else { throw .missing(field: "seqId") }
            guard let sequence = EventcastDigest(digits) else { throw .outOfRange(field: "seqId") }
            guard let missing else { throw .missing(field: "missedSeq") }
            let range = 0..<Int64(EventcastRequest.missingCountMax)
            guard missing.count <= EventcastRequest.missingCountMax, missing.allSatisfy({ range ~= $0 }) else {
                throw .outOfRange(field: "missedSeq")
            }
            guard let host else { throw .missing(field: "host") }
            guard let number = port else { throw .missing(field: "port") }
            guard let port = UInt16(exactly: number), port > 0 else { throw .outOfRange(field: "port") }
            return EventcastRequest(
                id: id, sequence: sequence, missing: missing.map { Int32(truncatingIfNeeded: $0) }, host: host,
                port: port)
        }
    }
}
