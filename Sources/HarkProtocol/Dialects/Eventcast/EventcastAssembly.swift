import HarkWire

/// Puts messages together again whose segments come in any order, more than once, or not at all. It takes no more
/// memory than it is told, whatever is sent to it, and knows no time: who has one removes what waits for too long.
package struct EventcastAssembly: Sendable {
    /// What becomes of a segment.
    package enum Outcome: Equatable, Sendable {
        /// It is kept; others are missing.
        case kept
        /// It was here before, or its message was.
        case repeated
        /// It was the last one missing: this is the datagram that was cut.
        case complete([UInt8])
        case refused(Refusal)
    }

    package enum Refusal: Hashable, Sendable {
        /// It says another number of segments than those before it.
        case contradiction
        /// It holds nothing, or is not a segment at all.
        case empty
        /// The message is longer than is accepted, or its segments are too many.
        case tooLong
    }

    /// 16 384 segments: a message of 1 MiB has 1 024 of the usual length.
    package static let segmentCountMax = 16_384

    /// 4 096 messages that were completed, at 20 bytes each: senders repeat nothing after 9 s.
    private static let finishedCountMax = 4_096

    /// 64 bytes that a segment takes beside its content, about.
    private static let segmentByteCount = 64

    /// A message of which some segments are here.
    private struct Part: Sendable {
        let segmentCount: Int32
        var segments: [Int32: [UInt8]] = [:]
        var highest: Int32 = 0
        /// What it takes.
        var byteCount = 0
        /// How many were begun before it.
        let age: UInt64

        /// Returns whether it is complete.
        mutating func add(_ segment: Int32, _ slice: [UInt8], _ taken: Int) -> Bool {
            segments[segment] = slice
            highest = max(highest, segment)
            byteCount += taken
            return segments.count == Int(segmentCount)
        }
    }

    private let messageByteCountMax: Int
    private let messageCountMax: Int
    private let byteCountMax: Int

    private var parts: [EventcastDigest: Part] = [:]
    private var beginCount: UInt64 = 0
    /// The last ones that were completed, a ring, oldest at `oldest` when it is full.
    private var finished: [EventcastDigest] = []
    private var oldest = 0
    private var isFinished: Set<EventcastDigest> = []

    /// What all incomplete messages together take.
    package private(set) var byteCount = 0
    /// How many incomplete messages gave way to others.
    package private(set) var evictedCount = 0

    /// - Parameters:
    ///   - messageByteCountMax: of one message.
    ///   - messageCountMax: how many may be incomplete at a time; the one begun first gives way to another.
    ///   - byteCountMax: of all incomplete messages; likewise.
    package init(messageByteCountMax: Int, messageCountMax: Int, byteCountMax: Int) {
        precondition(messageByteCountMax > 0 && messageCountMax > 0 && byteCountMax > 0)
        self.messageByteCountMax = messageByteCountMax
        self.messageCountMax = messageCountMax
        self.byteCountMax = byteCountMax
    }

    /// How many messages are incomplete.
    package var count: Int { parts.count }
}

// MARK: - Adding

extension EventcastAssembly {
    /// Takes a segment.
    package mutating func add(_ datagram: EventcastDatagram) -> Outcome {
        let (meta, slice) = (datagram.meta, datagram.payload)
        if isFinished.contains(meta.sequence) { return .repeated }
        if parts[meta.sequence]?.segments[meta.segment] != nil { return .repeated }
        if let refusal = self.refusal(meta, slice) { return .refused(refusal) }

        let taken = slice.count + Self.segmentByteCount
        guard makeRoom(for: taken, of: meta.sequence) else { return .refused(.tooLong) }
        if parts[meta.sequence] == nil {
            parts[meta.sequence] = Part(segmentCount: meta.segmentCount, age: beginCount)
            beginCount += 1
        }
        let isComplete = parts[meta.sequence]?.add(meta.segment, Array(slice), taken) == true
        byteCount += taken
        return isComplete ? complete(meta.sequence) : .kept
    }

    private func refusal(_ meta: EventcastMeta, _ slice: UnsafeRawBufferPointer) -> Refusal? {
        guard meta.isSegment, !slice.isEmpty else { return .empty }
        guard meta.segmentCount <= Self.segmentCountMax else { return .tooLong }
        guard let part = parts[meta.sequence] else { return slice.count > messageByteCountMax ? .tooLong : nil }
        guard part.segmentCount == meta.segmentCount else { return .contradiction }
        let contentByteCount = part.byteCount - part.segments.count * Self.segmentByteCount
        return contentByteCount + slice.count > messageByteCountMax ? .tooLong : nil
    }

    /// Whether there is room, after those begun first have given way.
    private mutating func makeRoom(for taken: Int, of sequence: EventcastDigest) -> Bool {
        let isBeginning = parts[sequence] == nil
        while (isBeginning && parts.count >= messageCountMax) || byteCount + taken > byteCountMax {
            guard let first = self.first(besides: sequence) else { return false }
            remove(first)
            evictedCount += 1
        }
        return true
    }

    /// The message that was begun first.
    private func first(besides sequence: EventcastDigest) -> EventcastDigest? {
        parts.lazy.filter { $0.key != sequence }.min { $0.value.age < $1.value.age }?.key
    }

    private mutating func complete(_ sequence: EventcastDigest) -> Outcome {
        guard let part = parts[sequence] else { return .repeated }
        var datagram: [UInt8] = []
        datagram.reserveCapacity(part.byteCount)
        for segment in 0..<part.segmentCount { datagram += part.segments[segment] ?? [] }
        finish(sequence)
        return .complete(datagram)
    }
}

// MARK: - Asking

extension EventcastAssembly {
    /// Whether a segment is missing before one that is here: it was overtaken, or lost.
    package func hasGap(_ sequence: EventcastDigest) -> Bool {
        guard let part = parts[sequence] else { return false }
        return part.segments.count <= Int(part.highest)
    }

    /// The segments of a message that are not here, in order, `countMax` of them at most.
    package func missing(_ sequence: EventcastDigest, countMax: Int) -> [Int32] {
        guard let part = parts[sequence] else { return [] }
        return Array((0..<part.segmentCount).lazy.filter { part.segments[$0] == nil }.prefix(countMax))
    }
}

// MARK: - Removing

extension EventcastAssembly {
    /// Forgets a message that is not complete. It begins anew if more of it comes.
    package mutating func remove(_ sequence: EventcastDigest) {
        guard let part = parts.removeValue(forKey: sequence) else { return }
        byteCount -= part.byteCount
    }

    /// Remembers that a message is done with: what else comes of it is `repeated`.
    package mutating func finish(_ sequence: EventcastDigest) {
        remove(sequence)
        guard isFinished.insert(sequence).inserted else { return }
        guard finished.count == Self.finishedCountMax else { return finished.append(sequence) }
        isFinished.remove(finished[oldest])
        finished[oldest] = sequence
        oldest = (oldest + 1) % Self.finishedCountMax
    }
}
