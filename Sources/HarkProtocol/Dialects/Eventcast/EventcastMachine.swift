package import HarkWire

/// One member of an Eventcast group, as a value: it speaks version 3 of the original's protocol, datagram by datagram,
/// and mends what the original does not survive.
///
/// ```
///  an event     { meta, payload }                                     ─► group
///  a long one   { meta, slice 0 } { meta, slice 1 } { meta, slice 2 } ─► group
///                                        lost
///  __ec_retx    { meta, which segments of what }            ◄─ who lacks them
///               { meta, slice 1 }   as it was               ─► who has asked
/// ```
/// A message is encrypted before it is cut; segments themselves never are. Of messages that are not cut nobody knows
/// whether one is lost: the wire does not count them.
package struct EventcastMachine: ~Copyable {
    /// An event that is about to be told.
    struct Arrival {
        let name: UnsafeRawBufferPointer
        let payload: UnsafeRawBufferPointer
        let member: GroupMember
        let sequence: EventcastDigest
    }

    let settings: EventcastSettings
    let cipher: (any EventcastCipher)?
    let identity: EventcastIdentity
    let pool = ChunkPool()
    var generator: SplitMix
    var isRunning = false

    // Receiving
    var recent = EventcastRecent()
    package internal(set) var assembly: EventcastAssembly
    /// The members that are heard.
    var known: EventcastMembers
    /// What was put together, and what was decrypted; both for one call.
    var joined: ByteWriter
    var opened: ByteWriter
    /// The arguments of the event that was told last.
    var arguments: ByteWriter
    var arrival: Arrival?
    private var toldSequence: EventcastDigest?
    /// What else is to be told, of which the first ones were.
    private var effects: [GroupEffect] = []
    private var toldCount = 0
    private var refusals = EventcastRefusals()
    /// How many of the messages that have given way are counted already.
    var countedEvictionCount = 0
    /// Of the last call: whom to tell of, and when.
    var lastSource = DatagramAddress(ipv4: 0, port: 0)
    var lastNow = Instant.zero

    // Sending
    /// Answers and requests, which do not wait behind events.
    var urgent: EventcastQueue
    var queue: EventcastQueue
    /// How many datagrams of `urgent` were collected last: they are the first ones.
    private var urgentCollectedCount = 0
    var store: EventcastStore
    var budget = EventcastBudget()
    var allowance = EventcastAllowance()
    /// Between the wall clock, as of the last event, and the one that machines are told of, in milliseconds.
    var dateOffset: Int64
    /// Where a datagram is written before it is known how long it gets, and where its segments are.
    var whole: ByteWriter
    var piece: ByteWriter

    var counters = GroupStatistics()

    /// - Parameters:
    ///   - cipher: encrypts what is sent, and what is not encrypted is refused then.
    ///   - seed: of the ids of messages. Another one each time, or others take them for repetitions.
    package init(settings: EventcastSettings, cipher: (any EventcastCipher)?, seed: UInt64) {
        self.settings = settings
        self.cipher = cipher
        identity = EventcastIdentity(settings)
        dateOffset = settings.dateOffset
        generator = SplitMix(seed: seed)
        assembly = EventcastAssembly(limits: settings.limits, timing: EventcastTiming(ttl: settings.messageTtl))
        known = EventcastMembers(countMax: settings.limits.memberCount)
        joined = ByteWriter(pool: pool)
        opened = ByteWriter(pool: pool)
        arguments = ByteWriter(pool: pool)
        urgent = EventcastQueue(pool: pool)
        queue = EventcastQueue(pool: pool)
        store = EventcastStore(byteCountMax: settings.limits.storeByteCount)
        whole = ByteWriter(pool: pool)
        piece = ByteWriter(pool: pool)
    }

    /// 160 random bits, as all ids and nonces are.
    mutating func digest() -> EventcastDigest {
        EventcastDigest(random: generator.next(), generator.next(), UInt32(truncatingIfNeeded: generator.next()))
    }

    /// Begins a frame where only one is at a time. What was there is not needed any more.
    static func begin(_ writer: inout ByteWriter) {
        // One long message should not cost its memory for ever.
        if writer.openByteCount > ByteChunk.standardByteCount { writer.removeAll() }
        writer.abandonFrame()
        writer.beginFrame()
    }
}

// MARK: - Effects

extension EventcastMachine {
    /// What was to be told of the last call, was told.
    mutating func beginCall(now: Instant) {
        effects.removeAll(keepingCapacity: true)
        (toldCount, arrival, lastNow) = (0, nil, now)
    }

    mutating func tell(_ effect: GroupEffect) { effects.append(effect) }

    /// Counts what is not accepted, and tells of it if nobody was told lately.
    mutating func refuse(_ reason: GroupRefusal.Reason, from source: DatagramAddress, _ text: @autoclosure () -> String)
    {
        count(reason)
        guard refusals.take(reason, from: source, now: lastNow) else { return }
        tell(.refused(GroupRefusal(reason, from: source, text())))
    }

    mutating func count(_ reason: GroupRefusal.Reason, _ count: Int = 1) {
        counters.refused[reason] = (counters.refused[reason] ?? 0) + count
    }

    package mutating func nextEffect() -> GroupEffect? {
        if toldCount == effects.count, let arrival {
            self.arrival = nil
            if let event = event(arrival) { return .event(event) }
        }
        guard toldCount < effects.count else { return nil }
        defer { toldCount += 1 }
        return effects[toldCount]
    }

    /// The event with its arguments; nil when they cannot be read, which then is the next effect.
    private mutating func event(_ arrival: Arrival) -> GroupEvent? {
        Self.begin(&arguments)
        do throws(EventcastError) {
            try EventcastPayload.transcode(arrival.payload, to: &arguments)
        } catch {
            refuse(.malformed, from: lastSource, "\(error)")
            return nil
        }
        counters.receivedEventCount += 1
        toldSequence = arrival.sequence
        return GroupEvent(name: arrival.name, arguments: arguments.frameBytes(), member: arrival.member)
    }
}

// MARK: - Time and life

extension EventcastMachine: GroupMachine {
    package mutating func start(now: Instant) {
        beginCall(now: now)
        guard !isRunning else { return }
        isRunning = true
        counters.unsentEventCount += queue.eventCount
        queue.removeAll()
        urgent.removeAll()
        urgentCollectedCount = 0
    }

    package mutating func stop(now: Instant) {
        beginCall(now: now)
        guard isRunning else { return }
        isRunning = false
        // Events that wait still leave if they are collected; who asks gets no answer any more.
        if urgentCollectedCount == 0 { urgent.removeAll() }
        assembly.removeAll()
        countedEvictionCount = 0
        known.removeAll()
        store.removeAll()
        recent.removeAll()
    }

    package var deadline: Instant? {
        guard isRunning else { return nil }
        return Self.earlier(assembly.deadline, Self.earlier(known.deadline, store.deadline))
    }

    private static func earlier(_ a: Instant?, _ b: Instant?) -> Instant? {
        guard let a, let b else { return a ?? b }
        return min(a, b)
    }

    package mutating func advance(to now: Instant) {
        beginCall(now: now)
        guard isRunning else { return }
        for due in assembly.takeDue(now: now) {
            switch due {
            case .ask(let sequence): ask(for: sequence, now: now)
            case .lost(let loss):
                count(.expired)
                tell(loss)
            }
        }
        for member in known.removeSilent(now: now) { tell(.left(member)) }
        store.removeExpired(now: now)
    }

    mutating func tell(_ loss: GroupLoss) {
        counters.addLost(loss.eventCount ?? 0)
        tell(.lost(loss))
    }

    // MARK: Sending

    package mutating func collect(
        into runs: inout ContiguousArray<DatagramRun>, byteCountMax: Int, now: Instant
    ) {
        let (count, byteCount) = urgent.collect(into: &runs, byteCountMax: byteCountMax)
        urgentCollectedCount = count
        // All in order: events follow only when nothing more urgent is left behind.
        if byteCount == urgent.byteCount {
            _ = queue.collect(into: &runs, byteCountMax: byteCountMax - byteCount)
        }
    }

    package mutating func sent(_ count: Int, now: Instant) {
        let urgentCount = min(count, urgentCollectedCount)
        var statistics = counters
        urgent.remove(urgentCount) { content, count, byteCount in
            Self.count(content, count, byteCount, &statistics)
        }
        let waitingCount = queue.eventCount
        queue.remove(count - urgentCount) { content, count, byteCount in
            Self.count(content, count, byteCount, &statistics)
        }
        statistics.sentEventCount += waitingCount - queue.eventCount
        counters = statistics
        urgentCollectedCount = 0
        if !isRunning { urgent.removeAll() }
    }

    private static func count(
        _ content: EventcastQueue.Content, _ count: Int, _ byteCount: Int, _ statistics: inout GroupStatistics
    ) {
        statistics.sentDatagramCount += count
        statistics.sentByteCount += byteCount
        switch content {
        case .events, .segments: break
        case .repairs:
            statistics.repairedDatagramCount += count
            statistics.repairedByteCount += byteCount
        case .request: statistics.sentRequestCount += count
        }
    }

    // MARK: Who is there

    package var id: String { settings.id }

    package var sequence: String { toldSequence?.description ?? "" }

    package var members: [GroupMember] { known.all }

    package var statistics: GroupStatistics {
        var statistics = counters
        statistics.queuedEventCount = queue.eventCount
        statistics.queuedByteCount = queue.byteCount + urgent.byteCount
        return statistics
    }
}
