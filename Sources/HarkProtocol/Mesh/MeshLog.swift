internal import HarkWire

/// This node's own events by their numbers, for neighbours that lag behind and nodes that were away. The oldest give
/// way.
package struct MeshLog: ~Copyable {
    /// 262 144 events that have given way, of which is known what they were routed by: so far back losses are exact.
    private static let forgottenCountMax = 1 << 18

    /// In front of an event, its key and whatever else is fixed.
    private static let headByteCount = 4

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
    ///   - key: the number of its key.
    ///   - kept: from this event on none may give way.
    /// - Returns: false when there is no room.
    package mutating func append(key: Int, _ tail: UnsafeRawBufferPointer, keeping kept: UInt64) -> Bool {
        let byteCount = Self.headByteCount + tail.count
        // A quarter of it at most: where the ring ends, as much is lost.
        guard byteCount <= capacity / 4, let memory = store.open(byteCountMax: byteCount, keeping: kept) else {
            return false
        }
        memory.storeBytes(of: UInt32(key), as: UInt32.self)
        if let start = tail.baseAddress {
            (memory + Self.headByteCount).copyMemory(from: start, byteCount: tail.count)
        }
        store.close(byteCount: byteCount, eventCount: 1)
        known.append(UInt32(key))
        let surplus = known.count - Int(store.next - store.oldest) - Self.forgottenCountMax
        // Rarely, because the others have to be moved.
        if surplus >= Self.forgottenCountMax {
            known.removeFirst(surplus)
            firstKnown += UInt64(surplus)
        }
        return true
    }

    /// An event that is here: the number of its key, and what follows it on the wire.
    package func event(_ number: UInt64) -> (key: Int, tail: UnsafeRawBufferPointer) {
        let bytes = store.bytes(number)
        return (
            Int(bytes.loadUnaligned(as: UInt32.self)), UnsafeRawBufferPointer(rebasing: bytes[Self.headByteCount...])
        )
    }

    /// How many of the events from `number` on have given way, of those whose keys fit. Where that is not known any
    /// more, all of them.
    package func forgottenCount(from number: UInt64, where fits: (Int) -> Bool) -> UInt64 {
        guard number < oldest else { return 0 }
        let unknown = firstKnown > number ? min(firstKnown, oldest) - number : 0
        var count = unknown
        var index = max(number, firstKnown)
        while index < oldest {
            if fits(Int(known[Int(index - firstKnown)])) { count += 1 }
            index += 1
        }
        return count
    }
}
