import Foundation
import Hark

/// Whether datagrams to this machine's own addresses arrive.
struct FirewallCheck: HealthCheck {
    let name = "firewall"
    static let promise = "whether datagrams to this machine's own addresses arrive"

    /// Nil for all of them.
    let interface: LocalInterface?

    /// How to let groups in.
    static let rule = """
        allow UDP to 224.0.0.0/4, as with `sudo nft add rule inet filter input ip daddr 224.0.0.0/4 accept` or `sudo \
        iptables -I INPUT -d 224.0.0.0/4 -j ACCEPT`
        """

    func find() -> Finding {
        let interfaces = interface.map { [$0] } ?? LocalInterface.all().filter(\.isUp)
        let addresses = interfaces.flatMap(\.addresses).filter { !$0.isIPv6 }.map(\.host)
        var failed: [String] = []
        for host in addresses {
            switch DatagramEcho.unicast(to: Self.address(of: host) ?? DatagramProbe.loopback) {
            case .arrived: break
            case .lost: failed.append("a datagram to \(host) did not arrive")
            case .refused(let refusal): failed.append("no datagram can be sent to \(host): \(refusal.reason)")
            }
        }
        let tools = Self.tools
        let hint =
            tools.isEmpty ? "no tool for a firewall is installed" : "\(tools.joined(separator: ", ")) is installed"
        let details: Value.Object = [
            "addresses": .array(addresses.map { .string($0) }), "tools": .array(tools.map { .string($0) }),
        ]
        guard failed.isEmpty else {
            return .failure(
                failed.joined(separator: "; ") + "; \(hint)",
                advice: "let this machine talk to itself: allow what comes through the loopback interface", details)
        }
        guard !addresses.isEmpty else {
            return .warning(
                "there is no IPv4 address to send a datagram to; \(hint)",
                advice: "give an interface an address, or use IPv6 groups", details)
        }
        return .ok("datagrams to \(addresses.joined(separator: " ")) arrive; \(hint)", details)
    }

    /// Those that are there. Their rules are for the superuser's eyes.
    private static var tools: [String] {
        ["nft", "iptables", "ufw", "firewall-cmd", "pfctl"].filter { tool in
            ["/usr/sbin", "/sbin", "/usr/bin", "/bin"].contains {
                FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)")
            }
        }
    }

    private static func address(of host: String) -> DatagramProbe.Address? {
        let parts = host.split(separator: ".").compactMap { UInt8($0) }
        return parts.count == 4 ? parts.reduce(0) { $0 << 8 | UInt32($1) } : nil
    }
}
