import Foundation
import Hark

/// A network interface of this machine with all its addresses, as the system describes it.
struct LocalInterface: Sendable {
    let name: String
    /// The kernel's number; 0 for one that is down.
    var index: UInt32 = 0
    var isLoopback = false
    var isUp = false
    /// Whether groups can be reached through it; nil where the system does not tell.
    var isMulticast: Bool?
    /// The longest packet that it carries in one piece, in bytes; nil where the system does not tell.
    var packetByteCountMax: Int?
    var addresses: [SocketAddress] = []

    private init(name: String) { self.name = name }

    /// All of them, also those that are down where the system tells of them.
    static func all() -> [LocalInterface] {
        var interfaces: [LocalInterface] = []
        let add = { (name: String, change: (inout LocalInterface) -> Void) in
            let place = interfaces.firstIndex { $0.name == name } ?? interfaces.endIndex
            if place == interfaces.endIndex { interfaces.append(LocalInterface(name: name)) }
            change(&interfaces[place])
        }
        for up in (try? NetworkInterface.all()) ?? [] {
            add(up.name) { interface in
                interface.index = up.index
                interface.isLoopback = up.isLoopback
                interface.isUp = true
                interface.addresses.append(up.address)
            }
        }
        guard let probe = try? DatagramProbe() else { return interfaces }
        for line in (SystemFile.line("/proc/net/dev") ?? "").split(separator: "\n").dropFirst(2) {
            let name = line.prefix { $0 != ":" }.trimmingCharacters(in: .whitespaces)
            let (flags, packetByteCountMax) = (probe.flags(of: name), probe.packetByteCountMax(of: name))
            add(name) { interface in
                interface.isMulticast = flags.map { $0 & UInt16(IFF_MULTICAST) != 0 }
                interface.isLoopback = flags.map { $0 & UInt16(IFF_LOOPBACK) != 0 } ?? interface.isLoopback
                interface.packetByteCountMax = packetByteCountMax
            }
        }
        return interfaces
    }

    /// The one that is meant by a name, a number or an address; nil when none of those that are up is.
    static func find(_ text: String) -> LocalInterface? {
        guard let found = NetworkInterface.find(text, among: (try? NetworkInterface.all()) ?? []) else { return nil }
        return all().first { $0.name == found.name }
    }

    /// Its first IPv4 address.
    var ipv4: SocketAddress? { addresses.first { !$0.isIPv6 } }

    /// As one object.
    var json: Value {
        .object([
            "name": .string(name), "up": .bool(isUp), "loopback": .bool(isLoopback),
            "multicast": isMulticast.map { .bool($0) } ?? .null,
            "mtu": packetByteCountMax.map { .int(Int64($0)) } ?? .null,
            "addresses": .array(addresses.map { .string($0.host) }),
        ])
    }

    /// For people.
    var summary: String {
        let size = packetByteCountMax.map { ", MTU \($0)" } ?? ""
        return "\(name) has \(addresses.map(\.host).joined(separator: " "))\(size)"
    }
}
