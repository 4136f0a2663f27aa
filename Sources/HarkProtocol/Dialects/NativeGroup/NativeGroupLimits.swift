/// Numbers that nobody needs to choose.
enum NativeGroupLimits {
    /// 5 heartbeats that did not come: four of them may be lost.
    static let missesMax = 5
    /// 8 heartbeats a second that a member hears of all others together: in a large group each sends fewer.
    static let heartbeatRate: UInt64 = 8
    /// 3: each heartbeat behind the last datagram comes after three times the time of the one before.
    static let heartbeatGrowth: UInt64 = 3
    /// 500 requests a second of one member; it asks once for all that it misses.
    static let requestRate = 500
    /// 100 requests at once of one member.
    static let requestBurst = 100
    /// 4 096 datagrams that wait to be sent again. What has no place is asked for again.
    static let repairCountMax = 4_096
    /// 2 ms between two requests to the same sender: what is missing meanwhile is asked for together.
    static let requestInterval: UInt64 = 2
    /// 10 ms between two heartbeats that were asked for.
    static let answerInterval: UInt64 = 10
    /// 250 ms in which a datagram is not sent again, at most: receivers ask again after that.
    static let holdOffMax: UInt64 = 250
    /// 100 ms in which members ask before the one that has asked most is named.
    static let overloadInterval: UInt64 = 100
    /// 256 ranges in a request, and no more than the datagram holds.
    static let rangeCountMax = 256
    /// 8 bytes: with them the shortest request is as long as a welcome.
    static let requestPadding = 8
    /// 10 hellos without an answer, each after twice the time of the one before: half a minute.
    static let helloCountMax = 10
    /// 50 ms before the first hello is said again.
    static let helloInterval: UInt64 = 50
    /// 64 datagrams after which a tagged receiver reports: a window of megabytes has thousands.
    static let reportCount: UInt64 = 64
    /// 20 ms after which it reports at the latest.
    static let reportInterval: UInt64 = 20
    /// 5 000 ms: a tagged receiver that does not report for so long is not waited for any more.
    static let reportSilence: UInt64 = 5_000
    /// 100 ms that a sender waits for a receiver before it says so.
    static let congestionDelay: UInt64 = 100
    /// 1 000 ms after a goodbye: by then all datagrams that it has overtaken are here.
    static let farewellDelay: UInt64 = 1_000
    /// 3 goodbyes: one of them arrives.
    static let goodbyeCount = 3
    /// 20 ms between them, in which what is missing is still asked for.
    static let goodbyeInterval: UInt64 = 20
    /// 1 MiB that a sender's stream may take before it has proved that it is there: its first event may be the longest
    /// that there is, and the proof takes a round trip.
    static let unverifiedByteCount = 1 << 20
    /// 64 KiB that are sent again before the first hundred bytes allow for any.
    static let repairBurst = 64 << 10
    /// 8 members among which the one that gives way to another is chosen.
    static let sampleCount = 8
    /// 256 KiB that are sealed at a time.
    static let sealedByteCount = 256 << 10
    /// 100 ms: so long takes no round trip in a local network; whoever was busy has measured its own delay.
    static let roundTripDoubt: UInt64 = 100
    /// 5 000 ms: no round trip is taken for longer.
    static let roundTripMax: UInt64 = 5_000
    /// 4 096 effects that nobody has taken. Beyond, the oldest are dropped: one who stopped taking has no use for them.
    static let effectCountMax = 4_096
}
