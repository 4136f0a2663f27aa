import Foundation
import Hark

/// Whether the kernel takes and gives many datagrams in one call.
struct OffloadCheck: HealthCheck {
    let name = "offload"
    static let promise = "whether the kernel takes and gives many datagrams in one call"

    // `linux/udp.h`; Swift does not see it.
    private static let segmentOption: Int32 = 103
    private static let gatherOption: Int32 = 104

    /// Bytes of a datagram, and how many of them are sent with one call.
    private static let segmentByteCount = 100
    private static let segmentCount = 3
    /// In milliseconds, as for any datagram to oneself.
    private static let patience = 500

    func find() -> Finding {
        let cuts = Self.cutsDatagrams
        let gathers = Self.gathersDatagrams
        let details: Value.Object = ["gso": .bool(cuts), "gro": .bool(gathers)]
        guard !cuts || !gathers else { return .ok("many datagrams leave and arrive with one call (GSO, GRO)", details) }
        let missing = [cuts ? nil : "sending (GSO)", gathers ? nil : "receiving (GRO)"].compactMap(\.self)
        return .warning(
            "no kernel support for \(missing.joined(separator: " and ")) of many datagrams with one call",
            advice: "nothing has to be done; Linux 5.0 and newer are several times as fast", details)
    }

    /// Whether three datagrams given as one arrive as three.
    private static var cutsDatagrams: Bool {
        guard let receiver = try? DatagramProbe(), let sender = try? DatagramProbe() else { return false }
        do throws(DatagramProbe.Refusal) {
            try sender.set(Int32(IPPROTO_UDP), segmentOption, to: Int32(segmentByteCount), "")
            let bytes = [UInt8](repeating: 7, count: segmentByteCount * segmentCount)
            try sender.send(bytes, to: DatagramProbe.loopback, port: receiver.port)
            return (0..<segmentCount).allSatisfy { _ in
                receiver.receive(within: patience)?.count == segmentByteCount
            }
        } catch {
            return false
        }
    }

    private static var gathersDatagrams: Bool {
        guard let probe = try? DatagramProbe() else { return false }
        return (try? probe.set(Int32(IPPROTO_UDP), gatherOption, to: Int32(1), "")) != nil
    }
}
