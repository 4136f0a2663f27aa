import Hark

/// All checks, in the order in which one explains the next.
struct Examination: Sendable {
    let checks: [any HealthCheck]

    /// - Parameter interface: where groups are to be reached; nil for the system's choice.
    init(_ interface: LocalInterface?) {
        checks = [
            InterfaceCheck(chosen: interface?.name), GroupLoopbackCheck(), GroupInterfaceCheck(interface: interface),
            FirewallCheck(interface: interface), SocketFileCheck(), DescriptorCheck(), ReceiveBufferCheck(),
            OffloadCheck(), ClockCheck(),
        ]
    }

    /// For `--help`.
    static let table =
        "CHECKS:\n"
        + Examination(nil).checks.map { "  " + $0.name.padded(to: 14) + type(of: $0).promise }.joined(separator: "\n")

    /// How many checks came to which verdict.
    struct Count {
        private var counts: [Finding.Verdict: Int] = [:]

        subscript(verdict: Finding.Verdict) -> Int { counts[verdict] ?? 0 }

        mutating func add(_ finding: Finding) { counts[finding.verdict, default: 0] += 1 }

        /// As one object.
        var json: Value {
            let fields = [("ok", self[.ok]), ("warnings", self[.warning]), ("failures", self[.failure])]
            return .object(Value.Object([("type", "summary")] + fields.map { ($0.0, .int(Int64($0.1))) }))
        }

        /// A line for people.
        var readable: String {
            let parts = [(Finding.Verdict.ok, "ok"), (.warning, "to look at"), (.failure, "failed")]
            return parts.filter { self[$0.0] > 0 }.map { "\(self[$0.0]) \($0.1)" }.joined(separator: ", ")
        }
    }

    /// Runs all checks; `tell` is called after each.
    @EventLoop
    func run(_ tell: (any HealthCheck, Finding) throws -> Void) rethrows -> Count {
        var count = Count()
        for check in checks {
            let finding = check.find()
            count.add(finding)
            try tell(check, finding)
        }
        return count
    }
}
