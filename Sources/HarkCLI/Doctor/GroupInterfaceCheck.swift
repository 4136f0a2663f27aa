import Hark

/// Whether a group can be joined and sent to through the interface that leads out.
struct GroupInterfaceCheck: HealthCheck {
    let name = "groups"
    static let promise = "whether a group can be reached through the interface that leads out"

    /// Nil for the system's choice.
    let interface: LocalInterface?

    /// 224.0.0.1, which each machine has joined for ever: joining any other one would be announced to the network.
    private static let group: DatagramProbe.Address = 0xE000_0001

    func find() -> Finding {
        let way = interface.map { "through \($0.name)" } ?? "through the interface of the system's choice"
        switch DatagramEcho.multicast(to: Self.group, through: interface?.index ?? 0) {
        case .arrived(let nanoseconds):
            return .ok(
                "a datagram to 224.0.0.1 came back \(way); whether the network passes it on, two machines can tell",
                ["nanoseconds": .int(Int64(nanoseconds))])
        case .lost:
            return .failure(
                "a datagram to 224.0.0.1 did not come back \(way)",
                advice: "a firewall drops it: \(FirewallCheck.rule)")
        case .refused(let refusal):
            let advice = """
                name an interface that is up with --interface, or add a route: `sudo ip route add 224.0.0.0/4 dev NAME`
                """
            // Without a network there is nothing to repair: this machine's own groups are another check.
            guard interface == nil else {
                return .failure("224.0.0.1 cannot be reached \(way): \(refusal.reason)", advice: advice)
            }
            return .warning("no interface leads to 224.0.0.1: \(refusal.reason)", advice: advice)
        }
    }
}
