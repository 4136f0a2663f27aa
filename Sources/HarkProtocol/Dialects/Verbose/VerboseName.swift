/// The messages of the wire, by their names.
package enum VerboseName: String, CaseIterable, Sendable {
    case peerID = "peerid"
    case sync
    case message
    case acknowledgement = "ack"

    /// Nil for a name that is none of them.
    init?(_ name: UnsafeRawBufferPointer) {
        guard let found = Self.allCases.first(where: { $0.rawValue.utf8.elementsEqual(name) }) else { return nil }
        self = found
    }

    /// Whether a link's event of this name is none that the wire has: it carries messages of a bus, and nothing else.
    package static func isReserved(_ name: UnsafeRawBufferPointer) -> Bool { VerboseName(name) != .message }
}
