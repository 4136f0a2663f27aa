import Foundation
import Hark

/// How much the kernel keeps for a member that is busy with something else.
struct ReceiveBufferCheck: HealthCheck {
    let name = "buffers"
    static let promise = "how many datagrams wait for a member that is busy"

    /// 4 MiB: what members ask for. It lasts some 10 ms at the speed of 4 Gbit/s.
    private static let byteCountMin = 4 << 20

    func find() -> Finding {
        do throws(DatagramProbe.Refusal) {
            let probe = try DatagramProbe()
            try? probe.set(SOL_SOCKET, SO_RCVBUF, to: Int32(Self.byteCountMin), "")
            #if os(Linux)
                // The kernel counts its own bookkeeping as well, and doubles what it is asked for.
                let granted = Int(probe.get(SOL_SOCKET, SO_RCVBUF) ?? 0) / 2
            #else
                let granted = Int(probe.get(SOL_SOCKET, SO_RCVBUF) ?? 0)
            #endif
            let details: Value.Object = ["granted": .int(Int64(granted)), "wanted": .int(Int64(Self.byteCountMin))]
            guard granted < Self.byteCountMin else { return .ok("a socket may keep 4 MiB", details) }
            return .warning(
                "a socket may keep \((granted / 1_024).grouped) KiB: bursts of more are lost, and have to be repaired",
                advice: """
                    `sudo sysctl -w net.core.rmem_max=\(Self.byteCountMin)`, and the same line in a file of \
                    /etc/sysctl.d
                    """, details)
        } catch {
            return .failure(error.reason, advice: "this system has no datagram sockets for this user")
        }
    }
}
