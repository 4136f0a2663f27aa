import Foundation
import Hark

/// What lines look like, apart from their format.
struct LineShape: Sendable {
    /// The time that a line tells.
    enum Time: Sendable { case clock, sinceStart }

    /// Without lines about addresses and connections.
    var isQuiet = false
    /// What ends an event of which only the arguments are shown; nil to show all.
    var rawEnd: String?
    var time: Time?

    private let began = Nanoseconds.now

    init(isQuiet: Bool = false, rawEnd: String? = nil, time: Time? = nil) {
        self.isQuiet = isQuiet
        self.rawEnd = rawEnd
        self.time = time
    }

    /// The time to tell now, if any.
    var moment: Value? {
        switch time {
        case nil: nil
        case .sinceStart: .double(Double((Nanoseconds.now - began) / 1_000) / 1_000_000)
        case .clock: .string(Self.utc)
        }
    }

    /// As in 2026-11-21T12:00:00.000Z.
    private static var utc: String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var parts = tm()
        gmtime_r(&now.tv_sec, &parts)
        return String(
            format: "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1_900, parts.tm_mon + 1, parts.tm_mday,
            parts.tm_hour, parts.tm_min, parts.tm_sec, now.tv_nsec / 1_000_000)
    }
}
