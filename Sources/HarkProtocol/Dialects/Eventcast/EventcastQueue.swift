package import HarkWire

/// Datagrams that wait to be sent, in order, each where it stays until it has left.
///
/// Neighbours of one length for one target that lie behind each other are one run: what a socket hands to the kernel
/// with one call.
package struct EventcastQueue: ~Copyable {
    /// What a datagram is for.
    package enum Content: Hashable, Sendable {
        /// Each datagram is an event.
        case events
        /// All datagrams of the run together are an event.
        case segments
        /// Somebody has asked for it.
        case repairs
        /// It asks somebody.
        case request
    }

    private struct Run {
        let chunk: ByteChunk
        /// Whether the chunk's memory is this queue's to write anew.
        let isOwned: Bool
        var start: Int
        var byteCount: Int
        let datagramByteCount: Int
        let target: DatagramTarget
        let content: Content

        var count: Int { (byteCount - 1) / datagramByteCount + 1 }
    }

    private let pool: ChunkPool
    /// Those before `head` have left.
    private var runs: [Run] = []
    private var head = 0
    /// Where the next datagram goes. Chunks count in their `mark` the runs that lie in them.
    private var open: ByteChunk?

    /// What waits, in bytes.
    package private(set) var byteCount = 0
    /// How many events wait, the ones of which something has left included.
    package private(set) var eventCount = 0

    package init(pool: ChunkPool) { self.pool = pool }

    package var isEmpty: Bool { head == runs.count }
}

// MARK: - Adding

extension EventcastQueue {
    /// Adds a datagram, whose bytes are copied.
    package mutating func append(_ datagram: UnsafeRawBufferPointer, to target: DatagramTarget, _ content: Content) {
        guard !datagram.isEmpty else { return }
        let chunk = chunk(for: datagram.count)
        let start = chunk.count
        UnsafeMutableRawBufferPointer(start: chunk.base + start, count: datagram.count).copyMemory(from: datagram)
        chunk.count += datagram.count
        byteCount += datagram.count
        if content == .events { eventCount += 1 }
        if extendLast(chunk, start, datagram.count, target, content) { return }
        chunk.mark += 1
        runs.append(
            Run(
                chunk: chunk, isOwned: true, start: start, byteCount: datagram.count, datagramByteCount: datagram.count,
                target: target, content: content))
    }

    /// Adds datagrams that lie in a chunk which others read too. It stays alive, and must stay as it is.
    package mutating func append(
        showing chunk: ByteChunk, _ range: Range<Int>, datagramByteCount: Int, to target: DatagramTarget,
        _ content: Content
    ) {
        guard !range.isEmpty else { return }
        byteCount += range.count
        if content == .segments { eventCount += 1 }
        if content == .repairs, extendLast(chunk, range.lowerBound, range.count, target, content) { return }
        runs.append(
            Run(
                chunk: chunk, isOwned: false, start: range.lowerBound, byteCount: range.count,
                datagramByteCount: datagramByteCount, target: target, content: content))
    }

    /// Whether the last run takes what lies behind it.
    private mutating func extendLast(
        _ chunk: ByteChunk, _ start: Int, _ byteCount: Int, _ target: DatagramTarget, _ content: Content
    ) -> Bool {
        guard !isEmpty, let last = runs.last, last.chunk === chunk, last.content == content, last.target == target,
            last.start + last.byteCount == start, last.byteCount % last.datagramByteCount == 0,
            byteCount <= last.datagramByteCount
        else { return false }
        runs[runs.count - 1].byteCount += byteCount
        return true
    }

    private mutating func chunk(for byteCount: Int) -> ByteChunk {
        if let open, open.capacity - open.count >= byteCount { return open }
        if let open, open.mark == 0 { pool.put(open) }
        let chunk = pool.take(byteCount: byteCount)
        (chunk.count, chunk.mark) = (0, 0)
        open = chunk
        return chunk
    }
}

// MARK: - Sending

extension EventcastQueue {
    /// Adds what waits, from the front, as long as it is `byteCountMax` bytes at most.
    ///
    /// - Returns: how many datagrams that are, and how many bytes.
    package func collect(
        into runs: inout ContiguousArray<DatagramRun>, byteCountMax: Int
    ) -> (count: Int, byteCount: Int) {
        var (count, byteCount) = (0, 0)
        for run in self.runs[head...] {
            let room = byteCountMax - byteCount
            let taken = run.byteCount <= room ? run.byteCount : room / run.datagramByteCount * run.datagramByteCount
            guard taken > 0 else { break }
            let bytes = UnsafeRawBufferPointer(start: run.chunk.base + run.start, count: taken)
            runs.append(DatagramRun(bytes, segmentByteCount: run.datagramByteCount, to: run.target))
            count += (taken - 1) / run.datagramByteCount + 1
            byteCount += taken
            if taken < run.byteCount { break }
        }
        return (count, byteCount)
    }

    /// The first so many datagrams have left.
    package mutating func remove(_ count: Int, _ body: (_ content: Content, _ count: Int, _ byteCount: Int) -> Void) {
        var left = count
        while left > 0, !isEmpty {
            let run = runs[head]
            let taken = min(left, run.count)
            let takenByteCount = min(taken * run.datagramByteCount, run.byteCount)
            body(run.content, taken, takenByteCount)
            left -= taken
            byteCount -= takenByteCount
            if run.content == .events { eventCount -= taken }
            runs[head].start += takenByteCount
            runs[head].byteCount -= takenByteCount
            if takenByteCount == run.byteCount { removeFirst() }
        }
        tidy()
    }

    /// Drops everything.
    package mutating func removeAll() {
        while !isEmpty {
            byteCount -= runs[head].byteCount
            removeFirst()
        }
        eventCount = 0
        tidy()
    }

    private mutating func removeFirst() {
        let run = runs[head]
        if run.content == .segments { eventCount -= 1 }
        head += 1
        guard run.isOwned else { return }
        run.chunk.mark -= 1
        if run.chunk.mark == 0, run.chunk !== open { pool.put(run.chunk) }
    }

    private mutating func tidy() {
        if isEmpty {
            runs.removeAll(keepingCapacity: runs.count <= 1_000)
            head = 0
            // Who has nothing to send holds no memory.
            if let open { pool.put(open) }
            open = nil
        } else if head > 1_000, head * 2 > runs.count {
            runs.removeFirst(head)
            head = 0
        }
    }
}
