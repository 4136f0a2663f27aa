internal import HarkWire

/// What an event is routed by, and what nodes ask for: names, patterns, rooms, and single nodes that share work.
///
/// One text of bytes, the kind in the first of them, so that keys are compared and numbered like names.
package struct MeshKey: Hashable, Sendable {
    package enum Kind: UInt8, Sendable {
        /// Events of a name: every node that listens to it.
        case name = 0
        /// Asked for only: events of all names that fit.
        case pattern
        /// Events for those who are in a room.
        case room
        /// Asked for only: this node answers requests of a name.
        case responder
        /// An event of a name for one member of a group: name, group, node.
        case member
    }

    /// 1 024 bytes: a name, a group and an id of 255 bytes each, and a little more.
    package static let byteCountMax = 1_024

    package let bytes: [UInt8]

    /// - Parameters:
    ///   - kind: what the fields mean.
    ///   - fields: each but the last is preceded by its length.
    package init(_ kind: Kind, _ fields: [UInt8]...) {
        var bytes = [kind.rawValue]
        for (index, field) in fields.enumerated() {
            if index < fields.count - 1 {
                bytes.append(UInt8(truncatingIfNeeded: field.count))
                bytes.append(UInt8(truncatingIfNeeded: field.count >> 8))
            }
            bytes.append(contentsOf: field)
        }
        self.bytes = bytes
    }

    /// Nil when it is none.
    package init?(bytes: [UInt8]) {
        guard let first = bytes.first, let kind = Kind(rawValue: first), bytes.count <= Self.byteCountMax else {
            return nil
        }
        self.bytes = bytes
        let fieldCount =
            switch kind {
            case .name, .pattern, .room: 1
            case .responder: 2
            case .member: 3
            }
        guard fields(fieldCount) != nil else { return nil }
    }

    /// Whether events are routed by it; others are asked for only.
    package var isOfEvents: Bool { kind != .pattern && kind != .responder }

    package var kind: Kind { Kind(rawValue: bytes[0]) ?? .name }

    /// The name, the pattern or the room.
    package var text: [UInt8] { fields(kind == .member ? 3 : kind == .responder ? 2 : 1)?.first ?? [] }

    /// The fields of a key that has so many; nil when they are not there.
    package func fields(_ count: Int) -> [[UInt8]]? {
        var fields: [[UInt8]] = []
        var rest = bytes.dropFirst()
        while fields.count < count - 1 {
            guard rest.count >= 2 else { return nil }
            let length = Int(rest[rest.startIndex]) | Int(rest[rest.startIndex + 1]) << 8
            rest = rest.dropFirst(2)
            guard rest.count >= length else { return nil }
            fields.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return fields + [Array(rest)]
    }
}
