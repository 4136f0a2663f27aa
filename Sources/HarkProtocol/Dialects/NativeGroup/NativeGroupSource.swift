import HarkWire

/// What a member knows of another one.
final class NativeGroupSource {
    /// 2^62: no number is counted up to there, and sums of a few do not overflow.
    static let numberMax: UInt64 = 1 << 62

    let id: UInt64
    @exclusivity(unchecked) var member: GroupMember
    @exclusivity(unchecked) var heard: Instant
    /// Where it is among the sources.
    var index = 0
    /// Whether the others were told of it.
    @exclusivity(unchecked) var isPresent = false
    /// It has said goodbye, and what it has sent before ends here.
    @exclusivity(unchecked) var farewell: UInt64?
    var farewellAt = Instant.zero

    /// What it sends, once it is known from where on to hear it.
    @exclusivity(unchecked) var stream = NativeGroupStream(next: 0, ordinal: nil)
    @exclusivity(unchecked) private(set) var isStreaming = false
    /// What its stream is known to take.
    @exclusivity(unchecked) var accountedByteCount = 0
    /// Whether that counts as what was sent by somebody who has not proved that it is there.
    @exclusivity(unchecked) var isAccountedUnverified = false
    /// Whether its stream is in the queue of those that go on.
    @exclusivity(unchecked) var isReady = false

    /// It has answered this member's hello: it receives at the address it sends from.
    @exclusivity(unchecked) var isWelcomed = false
    /// Shows that this member receives at the address it sends from.
    @exclusivity(unchecked) var cookie: UInt64?
    /// Bytes that have come from it and were not answered: what may be sent to it before it has proved that it is
    /// there.
    @exclusivity(unchecked) var credit = 0
    /// When to ask for a cookie; nil when there is no reason to.
    var helloDue: Instant?
    var helloCount = 0
    /// It has shown a cookie of this member.
    @exclusivity(unchecked) var isProven = false

    /// When it wrote its last heartbeat, by its own clock, and when that came.
    var echo: (time: UInt32, at: Instant)?
    /// The round trip to it as it was measured, in milliseconds.
    var measured: UInt64?
    /// That one, or the longest that it knows of.
    var roundTrip: UInt64
    /// How many members it knows of.
    var groupCount = 1
    /// Between its signs of life, in milliseconds.
    var heartbeat: UInt64
    /// Before this moment it is not asked again.
    var requestDue = Instant.zero

    /// What it may ask for.
    var requests: TokenBucket
    /// How many datagrams were to be sent again because of it, since that was too much for all the last time.
    var askedCount = 0
    /// What was reported to it: how far, and when.
    var reported: UInt64 = 0
    var reportDue: Instant?

    var replay = ReplayWindow()

    init(_ id: UInt64, _ address: DatagramAddress, _ settings: NativeGroupSettings, _ now: Instant) {
        self.id = id
        member = GroupMember(id: Self.name(id), address: address)
        heard = now
        roundTrip = settings.roundTrip
        heartbeat = settings.heartbeat
        requests = TokenBucket(rate: NativeGroupLimits.requestRate, burst: NativeGroupLimits.requestBurst)
    }

    /// From now on it is heard.
    func beginStream(next: UInt64, ordinal: UInt64?) {
        stream = NativeGroupStream(next: next, ordinal: ordinal)
        isStreaming = true
    }

    /// It is not heard any more, and nobody knows from where on it will be.
    func endStream() {
        stream = NativeGroupStream(next: 0, ordinal: nil)
        isStreaming = false
    }

    /// Sixteen hexadecimal digits.
    static func name(_ id: UInt64) -> String {
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// It has shown a cookie, or answered a hello: nobody who only pretends to be there.
    var isVerified: Bool { isWelcomed || isProven }

    /// Whether a hello is to be said again because its answer took long: the shortest time counts.
    var isDoubtful: Bool { measured.map { $0 > NativeGroupLimits.roundTripDoubt } ?? false }

    /// Whether so many bytes may be sent because of it.
    func mayAnswer(_ byteCount: Int) -> Bool { isVerified || credit >= byteCount }

    /// When something is to be done about it, other than to notice that it is silent.
    var due: Instant? {
        var due = helloDue
        for other in [stream.gaps.due.map { max($0, requestDue) }, reportDue] {
            guard let other else { continue }
            due = due.map { min($0, other) } ?? other
        }
        return due
    }

    /// When it was silent for too long.
    var silentAt: Instant { heard + heartbeat * UInt64(NativeGroupLimits.missesMax) }
}
