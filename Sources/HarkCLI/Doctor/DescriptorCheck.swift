import Foundation
import Hark

/// How many files and connections a process may have open.
struct DescriptorCheck: HealthCheck {
    let name = "descriptors"
    static let promise = "how many connections a process may have open"

    /// 1024: a server's 1000 peers, and what every process has open.
    private static let countMin = 1_024

    func find() -> Finding {
        guard let (soft, hard) = Self.limits else {
            return .warning("the limit is not known", advice: "see `ulimit -n`")
        }
        let details: Value.Object = ["soft": .int(Int64(clamping: soft)), "hard": .int(Int64(clamping: hard))]
        let text = "a process may have \(Self.text(soft)) open, and raise that to \(Self.text(hard))"
        guard soft < Self.countMin else { return .ok(text, details) }
        return .warning(
            "\(text): too few for a server of 1000 peers",
            advice: hard >= Self.countMin
                ? "raise it with `ulimit -n \(min(hard, 65_536))` ahead of the program, or LimitNOFILE= of its unit"
                : "raise the hard limit in /etc/security/limits.conf, or LimitNOFILE= of the program's unit",
            details)
    }

    private static var limits: (soft: UInt64, hard: UInt64)? {
        #if canImport(Darwin)
            let kind = RLIMIT_NOFILE
        #else
            let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #endif
        var limit = rlimit()
        return getrlimit(kind, &limit) == 0 ? (UInt64(limit.rlim_cur), UInt64(limit.rlim_max)) : nil
    }

    private static func text(_ count: UInt64) -> String { count > UInt64(Int32.max) ? "any number" : "\(count)" }
}
