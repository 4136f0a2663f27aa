/// What is asked for, and by how many.
package struct MeshInterest: Equatable, Sendable {
    package private(set) var counts: [MeshKey: Int] = [:]
    /// What the keys need, roughly.
    package private(set) var byteCount = 0
    /// The patterns among them, taken apart.
    private var patterns: [MeshKey: SubjectPattern] = [:]

    /// 64 bytes for a place in a dictionary and the head of an array.
    private static let keyByteCount = 64

    static func byteCount(of key: MeshKey) -> Int { key.bytes.count + keyByteCount }

    package init() {}

    package init(_ changes: some Sequence<(MeshKey, Int)>) {
        for (key, count) in changes { add(key, count) }
    }

    package var isEmpty: Bool { counts.isEmpty }
    package var count: Int { counts.count }

    package func contains(_ key: MeshKey) -> Bool { counts[key] != nil }

    /// Whether the other one asks for all of it, and as often.
    func isContained(in other: MeshInterest) -> Bool {
        counts.allSatisfy { key, count in other.counts[key] ?? 0 >= count }
    }

    /// So many more, or fewer, ask for `key`.
    ///
    /// - Returns: how many more there are now: nobody who was not there can go.
    @discardableResult
    package mutating func add(_ key: MeshKey, _ count: Int) -> Int {
        // What others claim may be absurd.
        let before = counts[key]
        let sum = (before ?? 0).addingReportingOverflow(count)
        if sum.overflow || sum.partialValue <= 0 {
            guard let before else { return 0 }
            counts[key] = nil
            patterns[key] = nil
            byteCount -= Self.byteCount(of: key)
            return -before
        } else {
            counts[key] = sum.partialValue
            if before == nil { byteCount += Self.byteCount(of: key) }
            if key.kind == .pattern, patterns[key] == nil { patterns[key] = SubjectPattern(key.text) }
            return count
        }
    }

    package mutating func add(_ other: MeshInterest) {
        for (key, count) in other.counts { add(key, count) }
    }

    /// Whether somebody wants events that are routed by `key`.
    package func matches(_ key: MeshKey) -> Bool {
        if counts[key] != nil { return true }
        guard key.kind == .name, !patterns.isEmpty else { return false }
        return patterns.values.contains { $0.matches(key.text) }
    }

    /// How many ask for events that are routed by `key`: by its name, and by patterns that fit it.
    package func subscriberCount(of key: MeshKey) -> Int {
        var sum = counts[key] ?? 0
        guard key.kind == .name else { return sum }
        for (pattern, parts) in patterns where parts.matches(key.text) {
            sum = sum.addingReportingOverflow(counts[pattern] ?? 0).partialValue
        }
        return sum
    }
}
