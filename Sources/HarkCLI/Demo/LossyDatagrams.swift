import Hark

/// Datagram sockets of the system, through which one datagram to everybody does not get.
@EventLoop
final class LossyDatagrams: DatagramTransport {
    /// Which one, from 0.
    private let lostIndex: Int
    private let tell: @EventLoop (String) -> Void

    nonisolated init(losing index: Int, _ tell: @escaping @EventLoop (String) -> Void) {
        lostIndex = index
        self.tell = tell
    }

    func open(_ binding: DatagramBinding) throws(HarkError) -> any DatagramSocket {
        LossySocket(try Environment.live.datagrams.open(binding), losing: lostIndex, tell)
    }

    func ownAddress(on interface: String?, isIPv6: Bool) throws(HarkError) -> DatagramAddress {
        try Environment.live.datagrams.ownAddress(on: interface, isIPv6: isIPv6)
    }

    func interfaceNames(isIPv6: Bool) throws(HarkError) -> [String] {
        try Environment.live.datagrams.interfaceNames(isIPv6: isIPv6)
    }
}

/// One such socket.
@EventLoop
private final class LossySocket: DatagramSocket {
    private let socket: any DatagramSocket
    private let lostIndex: Int
    private let tell: @EventLoop (String) -> Void
    /// Datagrams to everybody so far.
    private var count = 0

    init(_ socket: any DatagramSocket, losing index: Int, _ tell: @escaping @EventLoop (String) -> Void) {
        self.socket = socket
        lostIndex = index
        self.tell = tell
    }

    var receiver: (any DatagramReceiver)? {
        get { socket.receiver }
        set { socket.receiver = newValue }
    }
    var localAddress: DatagramAddress { socket.localAddress }
    var datagramByteCountMax: Int { socket.datagramByteCountMax }
    func join(_ group: DatagramAddress, from sources: [DatagramAddress], on interface: String?) throws(HarkError) {
        try socket.join(group, from: sources, on: interface)
    }
    func leave(_ group: DatagramAddress, on interface: String?) throws(HarkError) {
        try socket.leave(group, on: interface)
    }
    func startReceiving() throws(HarkError) { try socket.startReceiving() }
    func close() { socket.close() }

    /// One by one, so that one can be left out.
    func send(_ runs: ContiguousArray<DatagramRun>) -> DatagramSending {
        var sending = DatagramSending(count: 0)
        for run in runs {
            for index in 0..<run.count {
                if run.target == .group, count == lostIndex {
                    tell("loses datagram \(count + 1) on purpose")
                } else {
                    let one = socket.send([DatagramRun(run[index], to: run.target)])
                    guard one.count == 1 else { return sending }
                    sending.failedCount += one.failedCount
                    sending.error = one.error ?? sending.error
                    if run.target != .group { tell("is asked for it, and sends it again") }
                }
                if run.target == .group { count += 1 }
                sending.count += 1
            }
        }
        return sending
    }
}
