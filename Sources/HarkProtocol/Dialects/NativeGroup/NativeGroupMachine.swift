import HarkWire

/// One member of a native group: its own events in order to all others, and theirs in order to it.
///
/// Every sender numbers its datagrams. Whoever misses one asks for it, once for all who miss it, and the sender sends
/// it again, once for all. What cannot be had any more is told, to the event.
package struct NativeGroupMachine: ~Copyable, GroupMachine {
    enum Phase {
        case stopped, running
        /// It has said goodbye, or is about to, and answers for a little while yet.
        case leaving
    }

    /// What was collected last and has not been sent.
    struct Collected {
        var controlCount = 0
        var repairCount = 0
        var dataCount = 0
    }

    /// Where the event that spans datagrams is, while one is delivered.
    enum Lending {
        case nothing, due, lent
    }

    package let settings: NativeGroupSettings
    let cookies: SipHash
    var random: SplitMix
    var phase = Phase.stopped
    /// This member's number, another one after each start: what was said of the old one does not concern the new one.
    package internal(set) var sender: UInt64 = 0
    /// The moment of the last call.
    var now = Instant.zero

    // Sending
    var outgoing: NativeGroupOutgoing
    var outbox: NativeGroupOutbox
    var seal: NativeGroupSeal
    var repairs: NativeGroupRepairs
    /// Before this moment nobody is named for asking too much.
    var overloadDue = Instant.zero
    var collected = Collected()
    /// Copies of what is sent again, and what is sealed.
    var scratch: UnsafeMutableRawBufferPointer
    var scratchEnd = 0
    var pacing: TokenBucket?
    /// When more may leave, if anything waits for that.
    var pacingDue: Instant?

    // Heartbeats
    var heartbeatDue: Instant?
    var heartbeatInterval: UInt64 = 0
    var heartbeatSent = Instant.zero
    var goodbyesLeft = 0
    var goodbyeDue: Instant?
    var roundTrip: UInt64

    // Receivers that are waited for
    var tagged = TaggedReceivers()
    var blockedSince: Instant?
    var isCongestionTold = false

    // Receiving
    var sources: NativeGroupSources
    var sourcesDue: Instant?
    package internal(set) var windowByteCount = 0
    /// What of that was sent by members that have not proved that they are there.
    var unverifiedByteCount = 0
    var opened: UnsafeMutableRawBufferPointer
    var reading: NativeGroupSource?
    /// Of `reading`.
    var readingMember: GroupMember?
    var frames = NativeGroupFrames(UnsafeRawBufferPointer(start: nil, count: 0))
    var lending = Lending.nothing
    /// A datagram out of a stream's window, while it is read.
    var held: UnsafeMutableRawBufferPointer?
    var ready: [NativeGroupSource] = []
    /// Was read when a listener has stopped, and lends its event until the next datagram or moment.
    var parting: NativeGroupSource?

    var effects = NativeGroupEffects()
    var refusals = RefusalLog()
    var counters = GroupStatistics()
    /// Datagrams of a kind that this version does not know.
    package internal(set) var unknownKindCount = 0

    /// - Parameters:
    ///   - cipher: what encrypts the group; nil for a plain one.
    ///   - seed: must be one that nobody can predict: numbers and cookies are made of it.
    package init(_ settings: NativeGroupSettings, cipher: (any GroupCipher)? = nil, seed: UInt64) {
        let settings = settings.settled()
        self.settings = settings
        random = SplitMix(seed: seed)
        cookies = SipHash(key: random.next(), random.next())
        seal = NativeGroupSeal(cipher)
        outgoing = NativeGroupOutgoing(settings, sender: 0, overhead: seal.byteCount)
        outbox = NativeGroupOutbox(
            datagramByteCount: settings.datagramByteCount - seal.byteCount, group: settings.group)
        repairs = NativeGroupRepairs(settings)
        pacing = settings.byteRate.map { TokenBucket(rate: $0, burst: settings.burstByteCount) }
        roundTrip = settings.roundTrip
        sources = NativeGroupSources(countMax: settings.memberCount)
        scratch = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        opened = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }

    deinit {
        scratch.deallocate()
        opened.deallocate()
        held?.deallocate()
    }

    // MARK: Taking part

    package mutating func start(now: Instant) {
        guard phase != .running else { return }
        finishLeaving()
        self.now = now
        phase = .running
        // 0 is nobody's number.
        sender = max(random.next(), 1)
        outgoing = NativeGroupOutgoing(settings, sender: sender, overhead: seal.byteCount)
        repairs = NativeGroupRepairs(settings)
        roundTrip = settings.roundTrip
        heartbeatInterval = settings.tail
        // The others know that it is there before its first event, and hear all of them.
        writeHeartbeat()
        heartbeatDue = now + heartbeatInterval
    }

    package mutating func stop(now: Instant) {
        guard phase == .running else { return }
        self.now = now
        phase = .leaving
        outgoing.close()
        heartbeatDue = nil
        goodbyesLeft = NativeGroupLimits.goodbyeCount
        forgetSources()
        if !outgoing.isQueued { sayGoodbye() }
    }

    /// Nothing is said or answered any more.
    mutating func finishLeaving() {
        counters.unsentEventCount += outgoing.queuedEventCount
        phase = .stopped
        outbox.removeAll()
        collected = Collected()
        goodbyeDue = nil
        pacingDue = nil
        blockedSince = nil
        isCongestionTold = false
        tagged = TaggedReceivers()
        forgetSources()
        outgoing = NativeGroupOutgoing(settings, sender: 0, overhead: seal.byteCount)
    }

    private mutating func forgetSources() {
        // A listener that stops may go on reading: the next datagram that is held frees this one.
        if let reading { parting = reading }
        reading = nil
        readingMember = nil
        lending = .nothing
        ready.removeAll()
        sources = NativeGroupSources(countMax: settings.memberCount)
        sourcesDue = nil
        windowByteCount = 0
        unverifiedByteCount = 0
    }

    // MARK: Who is there

    package var sequence: String { reading.map { "\($0.stream.next)" } ?? "" }

    package var id: String { NativeGroupSource.name(sender) }

    package var members: [GroupMember] { sources.all.lazy.filter(\.isPresent).map(\.member) }

    package var statistics: GroupStatistics {
        var statistics = counters
        statistics.queuedEventCount = outgoing.queuedEventCount
        statistics.queuedByteCount = outgoing.queuedByteCount
        statistics.refused = refusals.counts
        return statistics
    }

    /// Something is refused.
    mutating func refuse(_ reason: GroupRefusal.Reason, _ source: DatagramAddress, _ text: @autoclosure () -> String) {
        guard refusals.add(reason, from: source, now) else { return }
        effects.append(.refused(GroupRefusal(reason, from: source, text())))
    }

    /// What is said to one member goes to it alone only where the group is a list of addresses: several members of one
    /// host share a port there, and only the group reaches each of them.
    func target(_ address: DatagramAddress) -> DatagramTarget { settings.isUnicast ? .address(address) : .group }
}
