import Hark
import Testing

/// A member of a group that is spoken to datagram by datagram, as an original would. Nothing of it leaves this machine.
@EventLoop
final class RawMember: UDPSocketReceiver {
    private let socket: UDPSocket
    private let group: SocketAddress
    private var heard: [(bytes: [UInt8], source: SocketAddress)] = []
    private var waiters: [CheckedContinuation<Void, Never>] = []

    /// 60 s: who has not sent by then what is expected never will.
    private static let millisecondsMax: UInt64 = 60_000

    /// - Parameters:
    ///   - url: of the group.
    ///   - isAlone: whether it has a port of its own, where it hears only what is sent to it, instead of the group's.
    init(_ url: String, isAlone: Bool = false) throws {
        guard case .udp(let host, let port) = try Endpoint(parsing: url) else { throw UVError.invalid }
        group = try #require(SocketAddress(numeric: host, port: port))
        let own = SocketAddress(numeric: isAlone ? "127.0.0.1" : "0.0.0.0", port: isAlone ? 0 : port)
        socket = try UDPSocket(boundTo: try #require(own))
        let loopback = try #require(NetworkInterface.find("127.0.0.1", among: try NetworkInterface.all()))
        if !isAlone { try socket.join(group, on: loopback) }
        try socket.setMulticastInterface(loopback)
        try socket.setMulticastHops(0)
        socket.receiver = self
        try socket.startReceiving()
    }

    /// A group and a port that no other test uses.
    static func url() throws -> String {
        let socket = try UDPSocket(boundTo: try #require(SocketAddress(numeric: "127.0.0.1", port: 0)))
        defer { socket.close() }
        let port = try #require(socket.localAddress).port
        return "udp://239.255.\(Int.random(in: 1...254)).\(Int.random(in: 1...254)):\(port)"
    }

    /// The port it is bound to.
    var port: Int { socket.localAddress?.port ?? 0 }

    // MARK: Talking

    /// To everyone.
    func send(_ datagram: [UInt8]) throws { try send(datagram, to: group) }

    func send(_ datagram: [UInt8], to target: SocketAddress) throws {
        let isSent = try datagram.withUnsafeBytes { try socket.trySend($0, to: target) }
        #expect(isSent, "tests send little, so it goes at once")
    }

    /// Waits for a datagram that is wanted, and takes it; others are passed over.
    func hear(_ isWanted: ([UInt8]) -> Bool = { _ in true }) async throws -> (bytes: [UInt8], source: SocketAddress) {
        var isOver = false
        let timer = LoopTimer {
            isOver = true
            self.wake()
        }
        timer.schedule(at: TimerHeap.now + Self.millisecondsMax)
        defer { timer.cancel() }
        while true {
            while !heard.isEmpty {
                let datagram = heard.removeFirst()
                if isWanted(datagram.bytes) { return datagram }
            }
            try #require(!isOver, "nothing of what is wanted was sent")
            await withCheckedContinuation { waiters.append($0) }
        }
    }

    func close() { socket.close() }

    private func wake() {
        let waiting = waiters
        waiters = []
        for waiter in waiting { waiter.resume() }
    }

    // MARK: UDPSocketReceiver

    func received(_ datagram: UnsafeRawBufferPointer, from source: SocketAddress) {
        heard.append((Array(datagram), source))
        wake()
    }

    func receiveFailed(_ error: UVError) { wake() }

    func sent(_ error: UVError?) {}
}
