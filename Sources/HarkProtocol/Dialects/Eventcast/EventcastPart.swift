import HarkWire

/// A message of which some segments are here, in one piece of memory that grows with what arrives.
struct EventcastPart: Sendable {
    /// Where a slice lies.
    private struct Slice: Sendable {
        let segment: Int32
        let start: UInt32
        let byteCount: UInt32
    }

    let sequence: EventcastDigest
    let segmentCount: Int32
    /// Where its first segment came from.
    let source: DatagramAddress
    /// Where the segments say that they can be asked for; nil when that is not the host they come from.
    let asking: DatagramAddress?

    /// The id of the sender, the name of its host, and then slices as they came.
    private var bytes: [UInt8] = []
    private let idByteCount: Int
    private let hostnameByteCount: Int
    /// In the order of their segments.
    private var slices: [Slice] = []
    /// What is charged for it.
    var charge = 0
    /// What has arrived of it, all in all.
    var receivedByteCount = 0

    // MARK: Time

    let begun: Instant
    /// When the last segment came that was missing.
    private var heard: Instant
    /// Since when a segment is missing before one that is here.
    private var gap: Instant?
    /// How often segments were asked for.
    private(set) var askedCount = 0
    /// Whether the ones at the end were asked for as well.
    private var hasAskedForAll = false
    /// When something is to be done.
    private(set) var next: Instant

    /// - Parameter room: for so many bytes of slices.
    init(_ meta: EventcastMeta, _ origin: EventcastOrigin, from source: DatagramAddress, now: Instant, room: Int) {
        sequence = meta.sequence
        segmentCount = meta.segmentCount
        self.source = source
        asking = EventcastOrigin.address(origin.host, origin.port, heardFrom: source)
        (idByteCount, hostnameByteCount) = (origin.id.count, origin.hostname.count)
        (begun, heard, next) = (now, now, now)
        bytes.reserveCapacity(idByteCount + hostnameByteCount + room)
        bytes += origin.id
        bytes += origin.hostname
    }

    /// How many segments are here.
    var count: Int { slices.count }
    var isComplete: Bool { slices.count == Int(segmentCount) }
    /// What is here of the message itself.
    var contentByteCount: Int { bytes.count - idByteCount - hostnameByteCount }
    /// Whether a segment is missing before one that is here: it was overtaken, or lost.
    var hasGap: Bool { slices.count <= Int(slices.last?.segment ?? -1) }

    /// Who has sent it, as far as it says.
    var member: GroupMember {
        let hostname = bytes[idByteCount..<idByteCount + hostnameByteCount]
        return GroupMember(
            id: String(decoding: bytes[..<idByteCount], as: UTF8.self), address: source,
            hostname: String(decoding: hostname, as: UTF8.self))
    }

    /// What is lost with it.
    var loss: GroupLoss {
        GroupLoss(member: member, eventCount: 1, datagramCount: Int(segmentCount) - slices.count)
    }
}

// MARK: - Slices

extension EventcastPart {
    /// Whether a segment is here already: with the same bytes, or with others. Nil when it is not.
    func holds(_ segment: Int32, _ slice: UnsafeRawBufferPointer) -> Bool? {
        let index = index(of: segment)
        guard index < slices.count, slices[index].segment == segment else { return nil }
        let start = Int(slices[index].start)
        let end = start + Int(slices[index].byteCount)
        return bytes[start..<end].elementsEqual(slice)
    }

    /// Takes a segment that is not here. Memory grows by a quarter at a time: no more than that is taken in advance.
    mutating func add(_ segment: Int32, _ slice: UnsafeRawBufferPointer) {
        let needed = bytes.count + slice.count
        if needed > bytes.capacity { bytes.reserveCapacity(max(needed, bytes.count + bytes.count / 4)) }
        let place = Slice(segment: segment, start: UInt32(bytes.count), byteCount: UInt32(slice.count))
        bytes += slice
        if slices.count == slices.capacity { slices.reserveCapacity(slices.count + slices.count / 4 + 1) }
        slices.insert(place, at: index(of: segment))
    }

    /// Adds the slices to a frame, in the order of the segments.
    func join(to output: inout ByteWriter) {
        output.reserve(contentByteCount)
        bytes.withUnsafeBytes { bytes in
            for slice in slices {
                let start = Int(slice.start)
                output.append(UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(slice.byteCount)]))
            }
        }
    }

    /// The segments that are not here, in order.
    ///
    /// - Parameter isAll: also those behind the last one that is here.
    func missing(isAll: Bool, countMax: Int) -> [Int32] {
        var missing: [Int32] = []
        var expected: Int32 = 0
        for slice in slices where missing.count < countMax {
            while expected < slice.segment, missing.count < countMax {
                missing.append(expected)
                expected += 1
            }
            expected = slice.segment + 1
        }
        while isAll, expected < segmentCount, missing.count < countMax {
            missing.append(expected)
            expected += 1
        }
        return missing
    }

    /// Where a segment stands, or would.
    private func index(of segment: Int32) -> Int {
        // Most come in order.
        guard let last = slices.last, segment <= last.segment else { return slices.count }
        var range = 0..<slices.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if slices[middle].segment < segment {
                range = middle + 1..<range.upperBound
            } else {
                range = range.lowerBound..<middle
            }
        }
        return range.lowerBound
    }
}

// MARK: - Time

extension EventcastPart {
    /// When it is given up: the sender has forgotten it, and nothing has come of it for a while.
    func end(_ timing: EventcastTiming) -> Instant { max(begun + timing.keeping, heard + timing.ttl) }

    /// A segment has come that was missing.
    mutating func hear(now: Instant, _ timing: EventcastTiming) {
        heard = now
        if hasGap {
            let since = gap ?? now
            gap = since
            let allowed = since + EventcastTiming.reorderMillisecondsMax
            // The answer to a request comes in several: the rest of it may be on its way.
            next = askedCount == 0 ? allowed : max(next, now + EventcastTiming.reorderMillisecondsMax)
        } else {
            gap = nil
            next = askedCount > 0 && hasAskedForAll ? next : now + timing.ttl
        }
        next = min(next, end(timing))
    }

    /// Whether to ask for the end of the message too, and not only for what is missing in between.
    func isAskingForAll(now: Instant) -> Bool {
        !hasGap || now.milliseconds(since: heard) >= EventcastTiming.quietMillisecondsMin
    }

    /// It was asked for segments, or could not be.
    mutating func ask(forAll isAll: Bool, now: Instant, _ timing: EventcastTiming) {
        askedCount += 1
        hasAskedForAll = hasAskedForAll || isAll
        next = min(now + timing.pause(after: askedCount), end(timing))
    }
}
