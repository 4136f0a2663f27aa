/// Names that are messages of the protocol, and no events.
package enum UhuraName: String, CaseIterable, Sendable {
    case set = "_set"
    case start
    case connect
    case invalidate = "invalidateSession"

    /// Ahead of the id of the message that is acknowledged.
    static let acknowledgement: StaticString = "ack::"

    /// Nil for the name of an event, or of an acknowledgement.
    init?(_ name: UnsafeRawBufferPointer) {
        guard let found = Self.allCases.first(where: { $0.rawValue.utf8.elementsEqual(name) }) else { return nil }
        self = found
    }

    /// The id of what is acknowledged by a message of this name; nil when it is another name.
    static func acknowledged(_ name: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let count = acknowledgement.utf8CodeUnitCount
        guard name.count >= count,
            name.prefix(count).elementsEqual(
                UnsafeRawBufferPointer(start: acknowledgement.utf8Start, count: count))
        else { return nil }
        return UnsafeRawBufferPointer(rebasing: name[count...])
    }

    /// What an original raises on its own emitter and cannot tell from an event with the same name. An `error` that
    /// nobody listens to ends its process.
    private static let local = ["disconnect", "error", "newListener", "removeListener"]

    /// Whether the other side would take an event of this name for something else.
    package static func isReserved(_ name: UnsafeRawBufferPointer) -> Bool {
        UhuraName(name) != nil || acknowledged(name) != nil || local.contains { $0.utf8.elementsEqual(name) }
    }
}
