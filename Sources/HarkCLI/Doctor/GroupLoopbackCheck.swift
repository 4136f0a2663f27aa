import Hark

/// Whether the members of a group that are on this machine hear each other, without any network.
struct GroupLoopbackCheck: HealthCheck {
    let name = "multicast"
    static let promise = "whether processes of this machine hear each other in a group"

    /// 239.255.72.82, of the block that every organisation gives out itself (RFC 2365).
    static let group: DatagramProbe.Address = 0xEFFF_4852

    func find() -> Finding {
        let interfaces = LocalInterface.all()
        guard let loopback = interfaces.first(where: { $0.isLoopback && $0.isUp }) else {
            return .failure("there is no loopback interface", advice: "try `sudo ip link set lo up`")
        }
        switch DatagramEcho.multicast(to: Self.group, through: loopback.index) {
        case .arrived(let nanoseconds):
            return .ok(
                "a datagram to 239.255.72.82 came back through \(loopback.name) in \(Nanoseconds.text(nanoseconds))",
                ["nanoseconds": .int(Int64(nanoseconds))])
        case .lost:
            return .failure(
                "a datagram to 239.255.72.82 did not come back through \(loopback.name)",
                advice: "a firewall drops it: \(FirewallCheck.rule)")
        case .refused(let refusal):
            return .failure(
                "no datagram can be sent to 239.255.72.82 through \(loopback.name): \(refusal.reason)",
                advice: "in a container, give it a network of its own; otherwise ask hark cast to use --peer")
        }
    }
}
