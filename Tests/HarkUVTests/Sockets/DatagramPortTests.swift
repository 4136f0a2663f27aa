import Foundation
import HarkUV
import HarkWire
import Testing

@Suite(.timeLimit(.minutes(1)))
@EventLoop
struct DatagramPortTests {
    private nonisolated static let paths = DatagramPath.allCases

    private static func bytes(_ count: Int, _ seed: Int = 0) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ seed) }
    }

    @Test(arguments: paths) func `a datagram arrives whole, with the address of its sender`(
        path: DatagramPath
    ) async throws {
        let (one, two) = (try DatagramMember(path: path), try DatagramMember(path: path))
        for byteCount in [1, 0, 1_400, 65_507] {
            let result = one.send(Self.bytes(byteCount), to: .address(two.address))
            #expect(result.count == 1 && result.failedCount == 0)
            let arrival = await two.arrivals.next()
            #expect(arrival.bytes == Self.bytes(byteCount))
            #expect(arrival.source == one.address)
        }
        one.close()
        two.close()
    }

    @Test(arguments: paths, paths) func `runs arrive as the datagrams they are, in order`(
        from: DatagramPath, to: DatagramPath
    ) async throws {
        let (one, two) = (try DatagramMember(path: from), try DatagramMember(path: to))
        for (byteCount, segmentByteCount) in [(3_000, 1_000), (3_001, 1_000), (130, 2), (140_000, 1_400), (10, 20)] {
            let bytes = Self.bytes(byteCount)
            let result = one.send(bytes, segmentByteCount: segmentByteCount, to: .address(two.address))
            let count = (byteCount - 1) / segmentByteCount + 1
            #expect(result.count == count && result.failedCount == 0)
            for start in stride(from: 0, to: byteCount, by: segmentByteCount) {
                let arrival = await two.arrivals.next()
                #expect(arrival.bytes == Array(bytes[start..<min(start + segmentByteCount, byteCount)]))
            }
        }
        #expect(one.port.path == from)
        one.close()
        two.close()
    }

    @Test func `a run that was not cut on its way is received with one call`() async throws {
        let (one, two) = (try DatagramMember(), try DatagramMember())
        // A kernel without it receives them one by one.
        guard one.port.path == .segmented else { return }
        one.send(Self.bytes(6_400), segmentByteCount: 100, to: .address(two.address))
        _ = await two.arrivals.first(64)
        #expect(two.runCounts == [64])
        one.close()
        two.close()
    }

    @Test(arguments: paths) func `datagrams for several targets leave in order`(path: DatagramPath) async throws {
        let (two, three) = (try DatagramMember(path: path), try DatagramMember(path: path))
        let one = try DatagramMember(targets: [two.address, three.address], path: path)
        Self.bytes(100).withUnsafeBytes { bytes in
            let run = { (range: Range<Int>, target: DatagramTarget) in
                DatagramRun(UnsafeRawBufferPointer(rebasing: bytes[range]), segmentByteCount: 10, to: target)
            }
            let result = one.port.send([
                run(0..<25, .group), run(25..<40, .address(two.address)), run(40..<41, .address(three.address)),
                run(41..<41, .group), run(50..<100, .group),
            ])
            #expect(result.count == 3 + 2 + 1 + 1 + 5 && result.failedCount == 0)
        }
        #expect(await two.arrivals.first(11).map(\.bytes.count) == [10, 10, 5, 10, 5, 0, 10, 10, 10, 10, 10])
        #expect(await three.arrivals.first(10).map(\.bytes.count) == [10, 10, 5, 1, 0, 10, 10, 10, 10, 10])
        for member in [one, two, three] { member.close() }
    }

    @Test(arguments: paths) func `what cannot be sent is counted and told, and the rest leaves`(
        path: DatagramPath
    ) async throws {
        let (one, two) = (try DatagramMember(path: path), try DatagramMember(path: path))
        let long = Self.bytes(65_508)
        let result = long.withUnsafeBytes { bytes in
            let short = UnsafeRawBufferPointer(rebasing: bytes[..<7])
            return one.port.send([
                DatagramRun(short, to: .address(two.address)),
                DatagramRun(bytes, to: .address(two.address)),
                // Nobody is at port 0, nor does an address of the other family belong to this socket.
                DatagramRun(bytes, segmentByteCount: 30_000, to: .address(two.address.with(port: 0))),
                DatagramRun(short, to: .address(DatagramAddress(ipv6: 0, 1, port: 9))),
                DatagramRun(short, to: .address(two.address)),
            ])
        }
        #expect(result.count == 7 && result.failedCount == 5 && result.error != nil)
        #expect(await two.arrivals.first(2).map(\.bytes.count) == [7, 7])
        #expect(one.port.path == path)
        // A run of datagrams without a target is not sent as a whole either.
        #expect(one.send([1], to: .group).failedCount == 1)
        one.close()
        two.close()
    }

    @Test(arguments: paths) func `who sends to a port where nobody listens goes on`(path: DatagramPath) async throws {
        let (one, two) = (try DatagramMember(path: path), try DatagramMember(path: path))
        let gone = try DatagramMember(path: path)
        let nobody = gone.address
        gone.close()
        for _ in 0..<10 {
            one.send([1, 2], segmentByteCount: 1, to: .address(nobody))
            one.send([3], to: .address(two.address))
        }
        #expect(await two.arrivals.first(10).count == 10)
        #expect(one.failures.entries.isEmpty)
        one.close()
        two.close()
    }

    @Test(arguments: [DatagramPath.segmented, .batched])
    func `an error that the system leaves on the socket does not end it`(path: DatagramPath) async throws {
        let (one, two) = (try DatagramMember(path: path), try DatagramMember(path: path))
        let gone = try DatagramMember(path: path)
        let nobody = gone.address
        gone.close()
        // Only connected sockets are told that nobody is there.
        try Self.connect(one, to: nobody)
        one.send([1], to: .address(nobody))
        while one.port.refusalCount == 0 { await LoopTurns.pass(1) }
        #expect(one.failures.entries.isEmpty)
        try Self.connect(one, to: two.address)
        two.send([2], to: .address(one.address))
        #expect(await one.arrivals.next().bytes == [2])
        one.close()
        two.close()
    }

    private static func connect(_ member: DatagramMember, to address: DatagramAddress) throws {
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = address.port.bigEndian
        target.sin_addr.s_addr = UInt32(address.low).bigEndian
        let descriptor = try #require(member.port.descriptor)
        let status = withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try UVError.check(status)
    }

    @Test(arguments: paths) func `over IPv6, datagrams arrive as well`(path: DatagramPath) async throws {
        // A machine without IPv6 has no such interface.
        guard try NetworkInterface.all().contains(where: { $0.address.host == "::1" }) else { return }
        let (one, two) = (try DatagramMember("::1", path: path), try DatagramMember("::1", path: path))
        one.send(Self.bytes(3_500), segmentByteCount: 1_000, to: .address(two.address))
        #expect(await two.arrivals.first(4).map(\.bytes.count) == [1_000, 1_000, 1_000, 500])
        #expect(two.arrivals.entries[0].source == one.address)
        // No multicast goes through the loopback interface.
        let group = try #require(DatagramAddress(numeric: "ff02::114", port: two.address.port))
        let result = one.send([1], to: .address(group))
        #expect(result.count == 1)
        one.close()
        two.close()
    }

    @Test(arguments: paths) func `a receiver that closes the port hears nothing more`(path: DatagramPath) async throws {
        let (one, two) = (try DatagramMember(path: path), try DatagramMember(path: path))
        two.onArrival = { two.close() }
        one.send(Self.bytes(30), segmentByteCount: 10, to: .address(two.address))
        one.send([1], to: .address(two.address))
        await LoopTurns.pass(3)
        #expect(two.runCounts.count == 1)
        #expect(!two.port.isOpen && two.port.descriptor == nil)
        one.close()
    }

    @Test(arguments: paths) func `who does not receive misses nothing that the system keeps`(
        path: DatagramPath
    ) async throws {
        let (one, two) = (try DatagramMember(path: path), try DatagramMember(path: path))
        two.port.stopReceiving()
        one.send(Self.bytes(30), segmentByteCount: 10, to: .address(two.address))
        await LoopTurns.pass(3)
        #expect(two.arrivals.entries.isEmpty)
        try two.port.startReceiving()
        try two.port.startReceiving()
        #expect(await two.arrivals.first(3).count == 3)
        one.close()
        two.close()
    }

    @Test(arguments: paths) func `a flood does not keep the loop from anything else`(path: DatagramPath) async throws {
        let (one, two) = (try DatagramMember(path: path), try DatagramMember(path: path))
        // Each datagram is answered by another one, for ever, and there are always some.
        var count = 0
        two.onArrival = {
            count += 1
            one.send([1], to: .address(two.address))
        }
        for _ in 0..<64 { one.send([1], to: .address(two.address)) }
        await LoopTurns.pass(20)
        #expect(count > 0)
        one.close()
        two.close()
    }

    @Test(arguments: paths) func `with hardly a buffer, what was sent and what failed is what was offered`(
        path: DatagramPath
    ) async throws {
        let (one, two) = (try DatagramMember(path: path), try DatagramMember(path: path))
        var least: Int32 = 1
        let descriptor = try #require(one.port.descriptor)
        try UVError.check(
            setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &least, socklen_t(MemoryLayout<Int32>.size)))
        let bytes = Self.bytes(60_000)
        var (offered, sent, failed) = (0, 0, 0)
        for _ in 0..<20 {
            offered += 60
            var rest = bytes[...]
            while !rest.isEmpty {
                let result = one.send(Array(rest), segmentByteCount: 1_000, to: .address(two.address))
                sent += result.count - result.failedCount
                failed += result.failedCount
                rest = rest.dropFirst(result.count * 1_000)
                if !rest.isEmpty { await one.rooms.next() }
            }
            if failed == 0 { _ = await two.arrivals.first(offered) }
        }
        #expect(sent + failed == offered)
        #expect(two.arrivals.entries.count == sent)
        one.close()
        two.close()
    }

    @Test func `what is longer than the memory for it is dropped and counted`() async throws {
        let address = try #require(DatagramAddress(numeric: "127.0.0.1", port: 0))
        let inbox = DatagramInbox(messageCount: 2, messageByteCount: 100)
        let port = try DatagramPort(boundTo: address, path: .segmented, inbox: inbox)
        guard port.path == .segmented else { return port.close() }
        let (one, two) = (try DatagramMember(), try DatagramMember(port))
        one.send(Self.bytes(101), to: .address(two.address))
        one.send(Self.bytes(120), segmentByteCount: 40, to: .address(two.address))
        one.send(Self.bytes(100), to: .address(two.address))
        #expect(await two.arrivals.next().bytes == Self.bytes(100))
        #expect(port.dropCount == 1 + 3)
        one.close()
        two.close()
    }

    @Test func `what the system drops is counted`() async throws {
        let (one, two) = (try DatagramMember(path: .batched), try DatagramMember(path: .batched))
        guard two.port.path == .batched else { return }
        two.port.stopReceiving()
        var least: Int32 = 1
        let descriptor = try #require(two.port.descriptor)
        try UVError.check(
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &least, socklen_t(MemoryLayout<Int32>.size)))
        one.send(Self.bytes(100_000), segmentByteCount: 1_000, to: .address(two.address))
        try two.port.startReceiving()
        _ = await two.arrivals.next()
        await LoopTurns.pass(3)
        // The system tells with the next one that arrives.
        let arrived = two.arrivals.entries.count
        one.send([1], to: .address(two.address))
        _ = await two.arrivals.first(arrived + 1)
        #expect(two.port.dropCount == 100 - arrived)
        one.close()
        two.close()
    }

    @Test(arguments: paths) func `a closed port refuses everything`(path: DatagramPath) throws {
        let member = try DatagramMember(path: path)
        member.close()
        member.close()
        #expect(member.send([1], to: .address(member.address)).error == .cancelled)
        #expect(throws: UVError.cancelled) { try member.port.startReceiving() }
        #expect(throws: UVError.cancelled) { try member.port.join(member.address) }
        #expect(throws: UVError.cancelled) { try member.port.leave(member.address) }
        #expect(member.port.receiveBufferByteCount == 0)
        member.port.stopReceiving()
    }

    @Test(arguments: paths) func `an address of another machine cannot be bound, nor too many hops be asked for`(
        path: DatagramPath
    ) throws {
        let before = try Self.descriptorCount()
        #expect(throws: UVError.addressNotAvailable) { try DatagramMember("192.0.2.1", path: path) }
        let address = try #require(DatagramAddress(numeric: "127.0.0.1", port: 0))
        #expect(throws: UVError.invalid) { try DatagramPort(boundTo: address, hopCount: 256, path: path) }
        #expect(throws: UVError.noDevice) { try DatagramPort(boundTo: address, interface: "no such", path: path) }
        #expect(try Self.descriptorCount() == before)
    }

    #if os(Linux)
        @Test(arguments: paths, ["127.0.0.1", "::1"])
        func `what goes to one address gets as far as it may`(path: DatagramPath, host: String) throws {
            // A machine without IPv6 has no such interface.
            guard try NetworkInterface.all().contains(where: { $0.address.host == host }) else { return }
            let address = try #require(DatagramAddress(numeric: host, port: 0))
            let counter = try HopCounter(isIPv6: address.isIPv6)
            defer { counter.close() }
            for count in [1, 8, 255] {
                let port = try DatagramPort(boundTo: address, hopCount: 0, unicastHopCount: count, path: path)
                let member = try DatagramMember(port)
                #expect(port.path == path)
                // Alone, and as a run.
                member.send(Self.bytes(10), to: .address(address.with(port: counter.port)))
                member.send(Self.bytes(30), segmentByteCount: 10, to: .address(address.with(port: counter.port)))
                for _ in 0..<4 { #expect(try counter.next() == count) }
                member.close()
            }
            let member = try DatagramMember(host, path: path)
            member.send(Self.bytes(10), to: .address(address.with(port: counter.port)))
            #expect(try counter.next() > 8, "as far as the system has it")
            member.close()
            for count in [0, 256] {
                #expect(throws: UVError.invalid) {
                    try DatagramPort(boundTo: address, unicastHopCount: count, path: path)
                }
            }
        }
    #endif

    private static func descriptorCount() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/dev/fd").count
    }

    @Test func `a port that nobody closed ends with the loop`() async {
        await #expect(processExitsWith: .success) {
            for path in DatagramPath.allCases {
                let ends = Tally()
                try EventLoop.run {
                    let (member, other) = (try DatagramMember(path: path), try DatagramMember(path: path))
                    member.onEnd = ends.add
                    member.send([1, 2, 3], segmentByteCount: 1, to: .address(other.address))
                    _ = await other.arrivals.next()
                    EventLoop.retain(member, isReferenced: false)
                }
                precondition(ends.count == 1, "\(path)")
            }
        }
    }
}
