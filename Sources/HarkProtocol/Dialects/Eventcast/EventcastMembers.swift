package import HarkWire

/// The members that are heard. What one says of itself is compared in place: for a member that is known nothing is
/// allocated.
package struct EventcastMembers {
    /// 60 s: originals say nothing while there is nothing to say, so silence means little; but a member that was quiet
    /// for a minute is worth to be told of when it comes back.
    package static let silenceMillisecondsMax: UInt64 = 60_000

    private struct Entry {
        let member: GroupMember
        var heard: Instant
    }

    private let countMax: Int
    private var entries: [Int: Entry] = [:]
    /// The moment at which the first member will have been silent for too long, or an earlier one.
    package private(set) var deadline: Instant?

    package init(countMax: Int) { self.countMax = countMax }

    package var all: [GroupMember] { entries.values.map(\.member) }

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
        if let entry = entries[key], Self.isSame(entry.member, origin, source) {
            entries[key]?.heard = now
            return .known(entry.member)
        }
        let member = GroupMember(
            id: String(decoding: origin.id, as: UTF8.self), address: source,
            hostname: String(decoding: origin.hostname, as: UTF8.self))
        guard entries.count < countMax, entries[key] == nil else { return .overLimit(member) }
        entries[key] = Entry(member: member, heard: now)
        deadline = min(deadline ?? now + Self.silenceMillisecondsMax, now + Self.silenceMillisecondsMax)
        return .joined(member)
    }

    /// Takes out those that were silent for too long.
    package mutating func removeSilent(now: Instant) -> [GroupMember] {
        guard let deadline, deadline <= now else { return [] }
        var silent: [GroupMember] = []
        entries = entries.filter { _, entry in
            guard now.milliseconds(since: entry.heard) >= Self.silenceMillisecondsMax else { return true }
            silent.append(entry.member)
            return false
        }
        self.deadline = entries.values.lazy.map(\.heard).min().map { $0 + Self.silenceMillisecondsMax }
        return silent
    }

    package mutating func removeAll() { (entries, deadline) = ([:], nil) }

    private static func isSame(_ member: GroupMember, _ origin: EventcastOrigin, _ source: DatagramAddress) -> Bool {
        member.address == source && isEqual(member.id, origin.id) && isEqual(member.hostname, origin.hostname)
    }

    private static func isEqual(_ text: String, _ utf8: UnsafeRawBufferPointer) -> Bool {
        text.utf8.count == utf8.count && text.utf8.elementsEqual(utf8)
    }
}
