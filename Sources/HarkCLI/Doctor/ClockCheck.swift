import Foundation
import Hark

/// Whether reading the clock is cheap, and what it says can be true.
struct ClockCheck: HealthCheck {
    let name = "clock"
    static let promise = "whether it goes forward, is cheap to read and roughly right"

    /// How often it is read.
    private static let readCount = 10_000
    /// 1 µs: as much as Hark needs for an event. A clock in memory takes a fortieth of it.
    private static let nanosecondsMax = 1_000
    /// 1 ms: the unit of timers.
    private static let resolutionMax = 1_000_000
    /// 2025-01-01: nothing was built with this before.
    private static let secondsMin = 1_735_689_600

    func find() -> Finding {
        let began = Self.read(CLOCK_MONOTONIC)
        var last = began
        var isForward = true
        for _ in 0..<Self.readCount {
            let now = Self.read(CLOCK_MONOTONIC)
            isForward = isForward && now >= last
            last = now
        }
        let cost = (last - began) / Self.readCount
        var resolution = timespec()
        clock_getres(CLOCK_MONOTONIC, &resolution)
        let source = SystemFile.line("/sys/devices/system/clocksource/clocksource0/current_clocksource")
        let name = source.map { " from \($0)" } ?? ""
        let details: Value.Object = [
            "nanosecondsPerReading": .int(Int64(cost)), "resolutionNanoseconds": .int(Int64(resolution.tv_nsec)),
            "source": source.map { .string($0) } ?? .null,
        ]
        guard isForward else {
            return .failure(
                "the time\(name) has gone back", advice: "choose another clocksource; see its folder in /sys", details)
        }
        guard Self.read(CLOCK_REALTIME) / 1_000_000_000 >= Self.secondsMin else {
            return .warning(
                "the date is years behind, which makes dates in events and logs wrong",
                advice: "set it, as with `sudo timedatectl set-ntp true`", details)
        }
        guard cost <= Self.nanosecondsMax, resolution.tv_sec == 0, resolution.tv_nsec <= Self.resolutionMax else {
            return .warning(
                "reading the time\(name) takes \(cost) ns, in steps of \(resolution.tv_nsec) ns",
                advice: "let the machine use its processor's clock: clocksource=tsc, or that of the hypervisor",
                details)
        }
        return .ok("reading the time\(name) takes \(cost) ns", details)
    }

    private static func read(_ clock: clockid_t) -> Int {
        var now = timespec()
        clock_gettime(clock, &now)
        return now.tv_sec * 1_000_000_000 + now.tv_nsec
    }
}
