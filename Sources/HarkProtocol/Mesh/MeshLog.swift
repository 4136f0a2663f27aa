internal import HarkWire

/// This node's own events by their numbers, for neighbours that lag behind and nodes that were away. The oldest give
/// way.
package struct MeshLog: ~Copyable {
    /// 262 144 events that have given way, of which is known what they were routed by: so far back losses are exact.
    private static let forgottenCountMax = 1 << 18

    /// In front of an event, the number of its key, or that it has none: the key follows, its length first.
    private static let headByteCount = 4
    private static let unnumbered = UInt32.max
    private static let lengthByteCount = 2

    private var store: RepairStore
    private let capacity: Int
    /// The keys' numbers of all events from `firstKnown` on.
    private var known: [UInt32] = []
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
        let text = key == nil ? unnumbered?.bytes ?? [] : []
        let keyByteCount = key == nil ? Self.lengthByteCount + text.count : 0
        let byteCount = Self.headByteCount + keyByteCount + tail.count
        // A quarter of it at most: where the ring ends, as much is lost.
        guard byteCount <= capacity / 4, let memory = store.open(byteCountMax: byteCount, keeping: kept) else {
            return false
        }
        let number = key.map { UInt32(clamping: $0) } ?? Self.unnumbered
        memory.storeBytes(of: number, as: UInt32.self)
        if key == nil {
            memory.storeBytes(of: UInt16(text.count), toByteOffset: Self.headByteCount, as: UInt16.self)
            let place = memory + Self.headByteCount + Self.lengthByteCount
            text.withUnsafeBytes {
                if let start = $0.baseAddress { place.copyMemory(from: start, byteCount: $0.count) }
            }
        }
        if let start = tail.baseAddress {
            (memory + Self.headByteCount + keyByteCount).copyMemory(from: start, byteCount: tail.count)
        }
        store.close(byteCount: byteCount, eventCount: 1)
        known.append(number)
        let surplus = known.count - Int(store.next - store.oldest) - Self.forgottenCountMax
        // Rarely, because the others have to be moved.
        if surplus >= Self.forgottenCountMax {
            known.removeFirst(surplus)
            firstKnown += UInt64(surplus)
        }
        return true
    }

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
            let key = known[Int(index - firstKnown)]
            if key == Self.unnumbered || fits(Int(key)) { count += 1 }
            index += 1
        }
        return count
    }
}
