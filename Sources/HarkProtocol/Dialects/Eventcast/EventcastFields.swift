import HarkWire

/// The fields of a meta that were there, before they are held against each other.
struct EventcastFields {
    private typealias Text = UnsafeRawBufferPointer

    private var segment: Int64?
    private var segmentCount: Int64?
    private var sequence: Text?
    private var isLast: Bool?
    private var isEncrypted: Bool?
    private var nonce: Text?
    private var name: Text?
    private var host: Text?
    private var port: Int64?
    private var hostname: Text?
    private var id: Text?
    private var time: Text?

    /// What a meta says of its version; nil where it says nothing that could be one.
    static func version(of document: UnsafeRawBufferPointer) throws(BSONError) -> Int64? {
        var cursor = try BSONCursor(document)
        while let element = try cursor.next() {
            if element.isNamed("v") { return try? element.readInteger() }
        }
        return nil
    }

    /// Reads them by their names. Of fields that come twice the last one counts.
    init(reading document: UnsafeRawBufferPointer) throws(BSONError) {
        var cursor = try BSONCursor(document)
        while let element = try cursor.next() { try read(element) }
    }

    private mutating func read(_ element: BSONElement) throws(BSONError) {
        if element.isNamed("seq") {
            segment = try element.readInteger()
        } else if element.isNamed("seqLen") {
            segmentCount = try element.readInteger()
        } else if element.isNamed("seqId") {
            sequence = try element.readString()
        } else if element.isNamed("seqEnd") {
            isLast = try element.readBool()
        } else if element.isNamed("enc") {
            isEncrypted = try element.readBool()
        } else if element.isNamed("nonce") {
            nonce = try element.readString()
        } else {
            try readOrigin(element)
        }
    }

    private mutating func readOrigin(_ element: BSONElement) throws(BSONError) {
        if element.isNamed("name") {
            name = try element.readString()
        } else if element.isNamed("host") {
            host = try element.readString()
        } else if element.isNamed("port") {
            port = try element.readInteger()
        } else if element.isNamed("hostname") {
            hostname = try element.readString()
        } else if element.isNamed("id") {
            id = try element.readString()
        } else if element.isNamed("time") {
            time = try element.readString()
        }
    }
}

// MARK: - Checked

extension EventcastFields {
    /// The meta that they are together.
    func meta() throws(EventcastError) -> EventcastMeta {
        guard let isEncrypted else { throw .missing(field: "enc") }
        guard let digits = sequence else { throw .missing(field: "seqId") }
        guard let sequence = EventcastDigest(digits) else { throw .outOfRange(field: "seqId") }
        let (segment, count) = try segments()
        // Outside of what is encrypted nobody is named.
        let origin: EventcastOrigin? = try isEncrypted && name == nil ? nil : self.origin()
        return EventcastMeta(
            sequence: sequence, segment: segment, of: count, isEncrypted: isEncrypted,
            nonce: nonce.flatMap { EventcastDigest($0) }, origin: origin)
    }

    /// The place of the segment and how many there are, which have to be of one mind.
    private func segments() throws(EventcastError) -> (Int32, Int32) {
        guard let segment else { throw .missing(field: "seq") }
        guard let segmentCount else { throw .missing(field: "seqLen") }
        guard let isLast else { throw .missing(field: "seqEnd") }
        guard let count = Int32(exactly: segmentCount), count > 0 else { throw .outOfRange(field: "seqLen") }
        guard 0..<segmentCount ~= segment else { throw .outOfRange(field: "seq") }
        guard isLast == (segment == segmentCount - 1) else { throw .outOfRange(field: "seqEnd") }
        return (Int32(truncatingIfNeeded: segment), count)
    }

    private func origin() throws(EventcastError) -> EventcastOrigin {
        guard let name else { throw .missing(field: "name") }
        guard let id else { throw .missing(field: "id") }
        guard let port = UInt16(exactly: port ?? 0) else { throw .outOfRange(field: "port") }
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        return EventcastOrigin(
            name: name, host: host ?? none, port: port, hostname: hostname ?? none, id: id, time: time ?? none)
    }
}
