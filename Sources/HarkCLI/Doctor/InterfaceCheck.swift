import Hark

/// Which interfaces are up, and whether groups can be reached through them.
struct InterfaceCheck: HealthCheck {
    let name = "interfaces"
    static let promise = "which are up, their addresses, whether they carry groups, MTU"

    /// The one that is asked about; nil for all.
    let chosen: String?

    /// 1342 bytes: a segment of the Eventcast dialect at its defaults, with the headers of IP and UDP.
    private static let packetByteCountMin = 1_342

    /// 342 bytes of a packet are not payload of a segment: the headers of IP and UDP among them.
    private static let headByteCount = 342

    func find() -> Finding {
        let all = LocalInterface.all()
        let details: Value.Object = ["interfaces": .array(all.map(\.json))]
        let up = all.filter { $0.isUp && (chosen == nil || $0.name == chosen) }
        let outside = up.filter { !$0.isLoopback || chosen != nil }
        let text = up.map(\.summary).joined(separator: "; ")
        guard !outside.isEmpty else {
            return .warning(
                up.isEmpty ? "no interface is up" : "\(text); no other interface is up",
                advice: "connect this machine to a network; until then only its own processes are reached", details)
        }
        let deaf = outside.filter { $0.isMulticast == false && !$0.isLoopback }
        if !deaf.isEmpty {
            let names = deaf.map(\.name).joined(separator: ", ")
            return .warning(
                "\(text); \(names) does not carry groups",
                advice: """
                    try `sudo ip link set \(deaf[0].name) multicast on`; in tunnels and clouds without multicast use \
                    hark cast --peer
                    """, details)
        }
        if let narrow = outside.first(where: { $0.packetByteCountMax ?? .max < Self.packetByteCountMin }) {
            return .warning(
                "\(text); \(narrow.name) carries less than a segment of \(Self.packetByteCountMin) bytes",
                advice: Self.advice(for: narrow), details)
        }
        return .ok(text, details)
    }

    /// What to do about an interface that IP cuts segments for. Less than `hark cast` takes is never suggested.
    private static func advice(for narrow: LocalInterface) -> String {
        let payload = (narrow.packetByteCountMax ?? 0) - headByteCount
        let least = [Dialect.native, .eventcast].map { MulticastGroup.payloadSizes(in: $0).lowerBound }.max() ?? 0
        guard payload >= least else {
            return
                "try `sudo ip link set \(narrow.name) mtu 1500`; groups need more than it carries, and IP cuts datagrams"
        }
        return "give hark cast a --max-payload from \(least) to \(payload), so that IP does not cut datagrams"
    }
}
