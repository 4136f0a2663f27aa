package import HarkWire

/// The members that are heard. What one says of itself is compared in place: for a member that is known nothing is
/// allocated.
package struct EventcastMembers {
    /// 60 s: originals say nothing while there is nothing to say, so silence means little; but a member that was quiet
    /// for a minute is worth to be told of when it comes back.
    package static let silenceMillisecondsMax: UInt64 = 60_000

    private struct Entry {
        let key: Int
        let member: GroupMember
        var heard: Instant
    }

    private let countMax: Int
    private var entries: [Entry] = []
    /// Where each of them is. To write in a dictionary's value in place would allocate.
    private var places: [Int: Int] = [:]
    /// The moment at which the first member will have been silent for too long, or an earlier one.
    package private(set) var deadline: Instant?

    package init(countMax: Int) { self.countMax = countMax }

    package var all: [GroupMember] { entries.map(\.member) }

    /// What is known of who has sent something.
    package enum Hearing {
        case known(GroupMember)
        case joined(GroupMember)
        /// There are too many members already: it is not kept.
        case overLimit(GroupMember)

        package var member: GroupMember {
            switch self {
            case .known(let member), .joined(let member), .overLimit(let member): member
            }
        }
    }

    /// A member was heard.
    package mutating func hear(_ origin: EventcastOrigin, from source: DatagramAddress, now: Instant) -> Hearing {
        var hasher = Hasher()
        hasher.combine(origin.id.count)
        hasher.combine(bytes: origin.id)
        hasher.combine(bytes: origin.hostname)
        hasher.combine(source)
        let key = hasher.finalize()
        let place = places[key]
        if let place, Self.isSame(entries[place].member, origin, source) {
            entries[place].heard = now
            return .known(entries[place].member)
        }
        let member = GroupMember(
            id: String(decoding: origin.id, as: UTF8.self), address: source,
            hostname: String(decoding: origin.hostname, as: UTF8.self))
        guard entries.count < countMax, place == nil else { return .overLimit(member) }
        places[key] = entries.count
        entries.append(Entry(key: key, member: member, heard: now))
        deadline = min(deadline ?? now + Self.silenceMillisecondsMax, now + Self.silenceMillisecondsMax)
        return .joined(member)
    }

    /// Takes out those that were silent for too long.
    package mutating func removeSilent(now: Instant) -> [GroupMember] {
        guard let deadline, deadline <= now else { return [] }
        let silent = entries.filter { now.milliseconds(since: $0.heard) >= Self.silenceMillisecondsMax }
        entries.removeAll { now.milliseconds(since: $0.heard) >= Self.silenceMillisecondsMax }
        places.removeAll(keepingCapacity: true)
        for (place, entry) in entries.enumerated() { places[entry.key] = place }
        self.deadline = entries.lazy.map(\.heard).min().map { $0 + Self.silenceMillisecondsMax }
        return silent.map(\.member)
    }

    package mutating func removeAll() { (entries, places, deadline) = ([], [:], nil) }

    private static func isSame(_ member: GroupMember, _ origin: EventcastOrigin, _ source: DatagramAddress) -> Bool {
        member.address == source && isEqual(member.id, origin.id) && isEqual(member.hostname, origin.hostname)
    }

    private static func isEqual(_ text: String, _ utf8: UnsafeRawBufferPointer) -> Bool {
        text.utf8.count == utf8.count && text.utf8.elementsEqual(utf8)
    }
}
