import Hark
import HarkUV
import HarkWire
import Testing

@EventLoop
struct SocketDatagramTransportTests {
    private let loopback = DatagramAddress(ipv4: 0x7F00_0001, port: 0)

    @Test func `what is sent to the group arrives at its members, and at nobody else`() async throws {
        let group = try #require(DatagramAddress(numeric: "239.255.72.83", port: 0))
        let member = try SocketDatagramTransport.shared.open(
            DatagramBinding(DatagramAddress(ipv4: 0, port: 0), targets: []))
        defer { member.close() }
        let target = group.with(port: member.localAddress.port)
        try member.join(target, from: [], on: "127.0.0.1")
        try member.join(target, from: [], on: "127.0.0.1")
        let log = DatagramLog()
        member.receiver = log
        try member.startReceiving()

        var binding = DatagramBinding(loopback, targets: [target])
        binding.interface = "127.0.0.1"
        let sender = try SocketDatagramTransport.shared.open(binding)
        defer { sender.close() }
        let text = Array("abcdefgh".utf8)
        let sending = text.withUnsafeBytes { sender.send([DatagramRun($0, segmentByteCount: 3, to: .group)]) }
        #expect(sending.count == 3)
        #expect(sending.failedCount == 0)
        while log.datagrams.count < 3 { await Task.yield() }
        #expect(log.datagrams == ["abc", "def", "gh"])
        #expect(log.sources == Set([sender.localAddress]))
    }

    @Test func `an interface that is not there is told`() {
        var binding = DatagramBinding(loopback, targets: [])
        binding.interface = "nosuch0"
        #expect(throws: HarkError.self) { try SocketDatagramTransport.shared.open(binding) }
    }
}

@EventLoop
private final class DatagramLog: DatagramReceiver {
    var datagrams: [String] = []
    var sources: Set<DatagramAddress> = []

    func received(_ bytes: UnsafeRawBufferPointer, segmentByteCount: Int, from source: DatagramAddress) {
        let run = DatagramRun(bytes, segmentByteCount: segmentByteCount, to: .group)
        for index in 0..<run.count { datagrams.append(String(decoding: run[index], as: UTF8.self)) }
        sources.insert(source)
    }

    func socketHasRoom() {}
    func receiveFailed(_ error: HarkError) {}
}
