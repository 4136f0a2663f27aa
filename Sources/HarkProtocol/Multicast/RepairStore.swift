/// The datagrams of this member by their numbers, as they were or will be sent: those that wait to leave, and those
/// that somebody may ask for again.
///
/// They lie behind each other in one ring of memory, written once and never moved; those of the same length are sent
/// with one call. The oldest ones give way.
package struct RepairStore: ~Copyable {
    /// Where a datagram lies.
    private struct Entry {
        var offset: UInt32 = 0
        var byteCount: UInt32 = 0
        /// The low bits of the moment at which it was sent again; 0 for never.
        var repaired: UInt32 = 0
        /// How many events end in it.
        var eventCount: UInt32 = 0
    }

    /// 64 entries, 1 KiB, to begin with.
    private static let entryCountFirst = 64

    // The system gives the memory page by page, as it is written to.
    package let memory: UnsafeMutableRawPointer
    package let capacity: Int

    /// A ring, a power of two long.
    private var entries: UnsafeMutablePointer<Entry>
    private var entryCount: Int
    /// Where the next datagram begins.
    private var head = 0

    /// The lowest number that is here, if there is any.
    package private(set) var oldest: UInt64 = 0
    /// The number of the next datagram.
    package private(set) var next: UInt64 = 0

    /// - Parameter capacity: in bytes.
    package init(capacity: Int) {
        precondition(capacity > 0 && capacity <= Int(UInt32.max), "an offset has 32 bits")
        self.capacity = capacity
        memory = .allocate(byteCount: capacity, alignment: 16)
        entryCount = Self.entryCountFirst
        entries = .allocate(capacity: entryCount)
        entries.initialize(repeating: Entry(), count: entryCount)
    }

    deinit {
        memory.deallocate()
        entries.deallocate()
    }

    /// Whether a datagram is here.
    package func contains(_ number: UInt64) -> Bool { number >= oldest && number < next }

    /// How many bytes lie between the beginning of a datagram and the end of the last one.
    package func byteCount(from number: UInt64) -> Int {
        guard contains(number) else { return 0 }
        let start = Int(entries[index(number)].offset)
        return head > start ? head - start : capacity - start + head
    }

    /// A datagram. Stays where it is until it gives way.
    package func bytes(_ number: UInt64) -> UnsafeRawBufferPointer {
        let entry = entries[index(number)]
        return UnsafeRawBufferPointer(start: memory + Int(entry.offset), count: Int(entry.byteCount))
    }

    /// How many events end in a datagram.
    package func eventCount(_ number: UInt64) -> Int { Int(entries[index(number)].eventCount) }

    // MARK: Writing

    /// Whether so many bytes can be written without touching the datagrams from `kept` on.
    ///
    /// - Parameter datagramByteCountMax: no datagram is longer; so much may be lost where the ring ends.
    package func hasRoom(for byteCount: Int, datagramByteCountMax: Int, keeping kept: UInt64) -> Bool {
        self.byteCount(from: kept) + byteCount + 2 * datagramByteCountMax <= capacity
    }

    /// Where to write the next datagram. Older ones give way.
    ///
    /// - Parameter kept: from here on they do not.
    /// - Returns: room for `byteCountMax` bytes; nil when there is none.
    package mutating func open(byteCountMax: Int, keeping kept: UInt64) -> UnsafeMutableRawPointer? {
        if byteCountMax > capacity &- head {
            while oldest < next, offset(oldest) >= head { guard evict(keeping: kept) else { return nil } }
            while oldest < next, offset(oldest) < byteCountMax { guard evict(keeping: kept) else { return nil } }
            guard byteCountMax <= capacity else { return nil }
            head = 0
        } else {
            while oldest < next, offset(oldest) >= head, offset(oldest) < head &+ byteCountMax {
                guard evict(keeping: kept) else { return nil }
            }
        }
        return memory + head
    }

    /// The datagram that was opened last is complete.
    package mutating func close(byteCount: Int, eventCount: Int) {
        if Int(truncatingIfNeeded: next &- oldest) == entryCount { growEntries() }
        // No more than the capacity, which fits.
        entries[index(next)] = Entry(
            offset: UInt32(truncatingIfNeeded: head), byteCount: UInt32(truncatingIfNeeded: byteCount),
            eventCount: UInt32(truncatingIfNeeded: eventCount))
        next &+= 1
        head &+= byteCount
    }

    private func index(_ number: UInt64) -> Int { Int(truncatingIfNeeded: number) & (entryCount &- 1) }

    private func offset(_ number: UInt64) -> Int { Int(entries[index(number)].offset) }

    private mutating func evict(keeping kept: UInt64) -> Bool {
        guard oldest < kept else { return false }
        oldest += 1
        return true
    }

    private mutating func growEntries() {
        let grown = UnsafeMutablePointer<Entry>.allocate(capacity: entryCount * 2)
        grown.initialize(repeating: Entry(), count: entryCount * 2)
        for number in oldest..<next {
            grown[Int(truncatingIfNeeded: number) & (entryCount * 2 - 1)] = entries[index(number)]
        }
        entries.deallocate()
        entries = grown
        entryCount *= 2
    }

    // MARK: Repairing

    /// Whether a datagram was sent again less than `holdOff` milliseconds ago.
    package func isHeldOff(_ number: UInt64, holdOff: UInt64, _ now: Instant) -> Bool {
        let repaired = entries[index(number)].repaired
        guard repaired != 0 else { return false }
        // The difference is right however often the bits have wrapped, unless that is 49 days ago.
        return UInt64(UInt32(truncatingIfNeeded: now.milliseconds) &- repaired) < holdOff
    }

    /// A datagram was sent again.
    package mutating func markRepaired(_ number: UInt64, _ now: Instant) {
        guard contains(number) else { return }
        entries[index(number)].repaired = max(UInt32(truncatingIfNeeded: now.milliseconds), 1)
    }
}
