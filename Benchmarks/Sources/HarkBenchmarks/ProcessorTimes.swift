internal import CContest
internal import Foundation

/// The counters of all processors since the machine started, and those of the children of this process that ended.
/// Known on Linux; elsewhere nothing is ever disturbed.
struct ProcessorTimes {
    private var total = 0.0
    private var busy = 0.0
    private var steal = 0.0
    private var own = 0.0

    init() {
        guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8) else { return }
        // user nice system idle iowait irq softirq steal, in ticks; guest time is part of user.
        let ticks = text.prefix { $0 != "\n" }.split(separator: " ").dropFirst().compactMap { Double($0) }
        guard ticks.count >= 8 else { return }
        total = ticks[..<8].reduce(0, +)
        steal = ticks[7]
        busy = total - ticks[3] - ticks[4] - steal
        let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
        own = contest_used_seconds() * ticksPerSecond
    }

    /// What happened since then.
    func disturbance(since then: ProcessorTimes) -> Disturbance {
        let ticks = total - then.total
        guard ticks > 0 else { return Disturbance(steal: 0, others: 0) }
        let others = (busy - then.busy) - (own - then.own)
        return Disturbance(steal: (steal - then.steal) / ticks, others: max(0, others / ticks))
    }
}
