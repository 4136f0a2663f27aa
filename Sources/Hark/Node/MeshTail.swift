/// The byte ahead of an event's arguments.
enum MeshTail {
    /// The event's name follows, because it is not what the event is routed by.
    static let named: UInt8 = 1

    /// 63: further events from where a chain of answers has begun count as so far.
    static let depthMax = 63

    /// How many events, each emitted by a listener of the one before, have led to this one.
    static func depth(_ byte: UInt8) -> Int { Int(byte >> 2) }

    static func byte(isNamed: Bool, depth: Int) -> UInt8 {
        UInt8(min(depth, depthMax)) << 2 | (isNamed ? named : 0)
    }
}
