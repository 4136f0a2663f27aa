/// Adds up what was lost of each member.
struct GroupLosses {
    private struct Entry {
        var member: MulticastGroup.Member
        var lossCount = 0
        var eventCount = 0
        var datagramCount = 0
        let first: UInt64
        var last: UInt64
        /// The number of its last loss: several may have the same millisecond.
        var order = 0
    }

    /// 256 members, as many as natively may be waited for: whoever may write to the group can invent others without
    /// an end.
    private static let memberCountMax = 256

    /// Whoever writes in a member's name may claim any number: beyond 2^61 it makes no difference.
    private static let countMax = 1 << 61

    /// By id.
    private var entries: [String: Entry] = [:]
    private var lossCount = 0

    /// - Parameter now: milliseconds.
    mutating func add(_ loss: MulticastGroup.Loss, at now: UInt64) {
        let id = loss.member.id
        if entries[id] == nil, entries.count == Self.memberCountMax { forgetOldest() }
        var entry = entries[id] ?? Entry(member: loss.member, first: now, last: now)
        lossCount += 1
        entry.member = loss.member
        entry.lossCount += 1
        entry.eventCount = Self.sum(entry.eventCount, loss.eventCount ?? 0)
        entry.datagramCount = Self.sum(entry.datagramCount, loss.datagramCount)
        (entry.last, entry.order) = (now, lossCount)
        entries[id] = entry
    }

    private mutating func forgetOldest() {
        guard let oldest = entries.min(by: { $0.value.order < $1.value.order }) else { return }
        entries[oldest.key] = nil
    }

    private static func sum(_ a: Int, _ b: Int) -> Int { min(a + min(b, countMax), countMax) }

    /// The last one first.
    func reports(at now: UInt64) -> [MulticastGroup.LossReport] {
        entries.values.sorted { $0.order > $1.order }.map { Self.report($0, now) }
    }

    /// - Parameter id: of the member.
    func report(of id: String, at now: UInt64) -> MulticastGroup.LossReport? {
        entries[id].map { Self.report($0, now) }
    }

    private static func report(_ entry: Entry, _ now: UInt64) -> MulticastGroup.LossReport {
        MulticastGroup.LossReport(
            member: entry.member, lossCount: entry.lossCount, eventCount: entry.eventCount,
            datagramCount: entry.datagramCount, sinceFirst: .milliseconds(now - entry.first),
            sinceLast: .milliseconds(now - entry.last))
    }
}
