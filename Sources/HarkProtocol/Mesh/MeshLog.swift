internal import HarkWire

/// This node's own events by their numbers, for neighbours that lag behind and nodes that were away. The oldest give
/// way.
package struct MeshLog: ~Copyable {
    /// 262 144 events that have given way, of which is known what they were routed by: so far back losses are exact.
    private static let forgottenCountMin = 1 << 18

    /// In front of an event, the number of its key, or that it has none: the key follows, its length first.
    private static let headByteCount = 4
    private static let unnumbered = UInt32.max
    private static let lengthByteCount = 2

    private var store: RepairStore
    private let capacity: Int
    /// The keys' numbers of all events from `firstKnown` on: a ring, a power of two long.
    private var known = ContiguousArray<UInt32>(repeating: 0, count: 64)
    private var firstKnown: UInt64 = 0

    package init(capacity: Int) {
        self.capacity = capacity
        store = RepairStore(capacity: capacity)
    }

    /// The number of the oldest event that is here.
    package var oldest: UInt64 { store.oldest }
    /// The number of the next event.
    package var next: UInt64 { store.next }

    /// How many bytes lie between an event and the end of the last one.
    package func byteCount(from number: UInt64) -> Int { store.byteCount(from: number) }

    /// Adds an event.
    ///
    /// - Parameters:
    ///   - key: the number of its key; nil when it has none.
    ///   - unnumbered: the key then.
    ///   - kept: from this event on none may give way.
    /// - Returns: false when there is no room.
    package mutating func append(
        key: Int?, _ tail: UnsafeRawBufferPointer, keeping kept: UInt64, unnumbered: MeshKey? = nil
    ) -> Bool {
        if let key { return append(key, tail, keeping: kept) }
        let text = unnumbered?.bytes ?? []
        var place = open(Self.unnumbered, Self.lengthByteCount + text.count + tail.count, keeping: kept)
        if let place {
            place.storeBytes(of: UInt16(text.count), as: UInt16.self)
            text.withUnsafeBytes {
                if let start = $0.baseAddress {
                    (place + Self.lengthByteCount).copyMemory(from: start, byteCount: $0.count)
                }
            }
        }
        place? += Self.lengthByteCount + text.count
        return close(place, tail)
    }

    /// As the other one, for an event whose key has a number.
    @inline(__always)
    mutating func append(_ key: Int, _ tail: UnsafeRawBufferPointer, keeping kept: UInt64) -> Bool {
        close(open(UInt32(truncatingIfNeeded: key), tail.count, keeping: kept), tail)
    }

    /// - Returns: where what follows the number is to be written, `byteCount` bytes; nil when there is no room.
    @inline(__always)
    private mutating func open(
        _ number: UInt32, _ byteCount: Int, keeping kept: UInt64
    ) -> UnsafeMutableRawPointer? {
        let byteCount = byteCount &+ Self.headByteCount
        // A quarter of it at most: where the ring ends, as much is lost.
        guard byteCount <= capacity / 4, let memory = store.open(byteCountMax: byteCount, keeping: kept) else {
            return nil
        }
        memory.storeBytes(of: number, as: UInt32.self)
        note(number)
        store.close(byteCount: byteCount, eventCount: 1)
        return memory + Self.headByteCount
    }

    @inline(__always)
    private func close(_ place: UnsafeMutableRawPointer?, _ tail: UnsafeRawBufferPointer) -> Bool {
        guard let place else { return false }
        if let start = tail.baseAddress { place.copyMemory(from: start, byteCount: tail.count) }
        return true
    }

    /// Remembers the key's number of the next event.
    @inline(__always)
    private mutating func note(_ number: UInt32) {
        if Int(truncatingIfNeeded: store.next &- firstKnown) == known.count {
            if known.count &- Int(truncatingIfNeeded: store.next &- store.oldest) >= Self.forgottenCountMin {
                firstKnown &+= 1
            } else {
                grow()
            }
        }
        known[index(store.next)] = number
    }

    @inline(never)
    private mutating func grow() {
        let old = known
        known = ContiguousArray(repeating: 0, count: old.count * 2)
        for number in firstKnown..<store.next { known[index(number)] = old[Int(number) & (old.count - 1)] }
    }

    private func index(_ number: UInt64) -> Int { Int(truncatingIfNeeded: number) & (known.count - 1) }

    /// An event that is here: the number of its key, or the key, and what follows it on the wire.
    package func event(_ number: UInt64) -> (key: Int?, unnumbered: MeshKey?, tail: UnsafeRawBufferPointer) {
        let bytes = store.bytes(number)
        let key = bytes.loadUnaligned(as: UInt32.self)
        let rest = UnsafeRawBufferPointer(rebasing: bytes[Self.headByteCount...])
        guard key == Self.unnumbered else { return (Int(key), nil, rest) }
        let end = Self.lengthByteCount + Int(rest.loadUnaligned(as: UInt16.self))
        return (
            nil, MeshKey(bytes: Array(rest[Self.lengthByteCount..<end])), UnsafeRawBufferPointer(rebasing: rest[end...])
        )
    }

    /// How many of the events from `number` on have given way, of those whose keys fit. Where that is not known any
    /// more, and of those whose keys have no numbers, all of them.
    package func forgottenCount(from number: UInt64, where fits: (Int) -> Bool) -> UInt64 {
        guard number < oldest else { return 0 }
        let unknown = firstKnown > number ? min(firstKnown, oldest) - number : 0
        var count = unknown
        var index = max(number, firstKnown)
        while index < oldest {
            let key = known[self.index(index)]
            if key == Self.unnumbered || fits(Int(key)) { count += 1 }
            index += 1
        }
        return count
    }
}
