/// The messages of one datagram that were here a short time ago. Networks may deliver a datagram twice, and so does a
/// host that hears the group on two interfaces.
///
/// Each has one place, by its digits, and gives way to the next one there: nothing is searched for and nothing grows.
package struct EventcastRecent: Sendable {
    /// 4 096 messages, 24 bytes each: 96 KiB. Copies come within a few milliseconds.
    private static let countMax = 4_096

    private var places: [EventcastDigest?] = []

    package init() {}

    /// Whether it is there.
    package func contains(_ sequence: EventcastDigest) -> Bool {
        !places.isEmpty && places[Self.place(sequence)] == sequence
    }

    package mutating func insert(_ sequence: EventcastDigest) {
        if places.isEmpty { places = Array(repeating: nil, count: Self.countMax) }
        places[Self.place(sequence)] = sequence
    }

    package mutating func removeAll() { places = [] }

    private static func place(_ sequence: EventcastDigest) -> Int { Int(sequence.lowBits) & (countMax - 1) }
}
