/// The other members, by their numbers. There are never more than a limit: those who have not proved that they are
/// there give way first, and of those the ones that were silent longest.
struct NativeGroupSources {
    private var byID: [UInt64: NativeGroupSource] = [:]
    private(set) var all: ContiguousArray<NativeGroupSource> = []
    /// Datagrams of one sender come in rows.
    private var last: NativeGroupSource?
    private let countMax: Int
    /// How many of them are heard.
    private(set) var presentCount = 0

    /// Where those were that have given way, as many as are known at a time, by their numbers; and these in a ring.
    private var places: [UInt64: Place] = [:]
    private var placed: ContiguousArray<UInt64> = []
    private var oldestPlaced = 0

    struct Place {
        let next: UInt64
        let ordinal: UInt64?
    }

    init(countMax: Int) { self.countMax = countMax }

    var isFull: Bool { all.count >= countMax }

    @inline(__always)
    mutating func find(_ id: UInt64) -> NativeGroupSource? {
        if let last, last.id == id { return last }
        guard let source = byID[id] else { return nil }
        last = source
        return source
    }

    mutating func insert(_ source: NativeGroupSource) {
        source.index = all.count
        all.append(source)
        byID[source.id] = source
    }

    mutating func remove(_ source: NativeGroupSource) {
        setPresent(source, false)
        if last === source { last = nil }
        byID[source.id] = nil
        let moved = all[all.count - 1]
        all[source.index] = moved
        moved.index = source.index
        all.removeLast()
    }

    /// A member gives way: what it was heard to say is not heard again if it comes back. Who has not proved that it is
    /// there is forgotten, or a flood of such would push out all others.
    mutating func remember(_ source: NativeGroupSource) {
        guard source.isVerified, source.isStreaming, !source.stream.isHeld else { return }
        let place = Place(next: source.stream.next, ordinal: source.stream.nextOrdinal)
        if places.updateValue(place, forKey: source.id) != nil { return }
        guard placed.count >= countMax else { return placed.append(source.id) }
        places[placed[oldestPlaced]] = nil
        placed[oldestPlaced] = source.id
        oldestPlaced = (oldestPlaced + 1) % countMax
    }

    /// Where a member was when it gave way, if that is known.
    func place(_ id: UInt64) -> Place? { places[id] }

    /// It is heard, or not any more.
    mutating func setPresent(_ source: NativeGroupSource, _ isPresent: Bool) {
        guard source.isPresent != isPresent else { return }
        source.isPresent = isPresent
        presentCount += isPresent ? 1 : -1
    }

    /// One that may give way: of a few by chance, the worst. Looking at all of them for every datagram of a flood would
    /// be what the flood is after.
    func victim(using generator: inout SplitMix) -> NativeGroupSource? {
        guard !all.isEmpty else { return nil }
        var worst: NativeGroupSource?
        for _ in 0..<NativeGroupLimits.sampleCount {
            let candidate = all[Int.random(in: 0..<all.count, using: &generator)]
            guard let other = worst else {
                worst = candidate
                continue
            }
            if Self.rank(candidate) < Self.rank(other) { worst = candidate }
        }
        return worst
    }

    /// Who gives way before whom.
    private static func rank(_ source: NativeGroupSource) -> (Int, UInt64) {
        (source.isPresent ? source.isVerified ? 2 : 1 : 0, source.heard.milliseconds)
    }
}
