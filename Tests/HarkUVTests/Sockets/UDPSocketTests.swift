import Foundation
import HarkUV
import HarkWire
import Testing

@Suite(.timeLimit(.minutes(1)))
@EventLoop
struct UDPSocketTests {
    private static let group = "239.255.72.75"

    /// A socket that remembers what it has received.
    @EventLoop
    private final class Member: UDPSocketReceiver {
        let socket: UDPSocket
        let arrivals = Journal<(bytes: [UInt8], source: SocketAddress)>()
        let ends = Journal<UVError?>()

        init(_ host: String = "127.0.0.1", port: Int = 0) throws {
            socket = try UDPSocket(boundTo: #require(SocketAddress(numeric: host, port: port)))
            socket.receiver = self
            try socket.startReceiving()
        }

        var address: SocketAddress { get throws { try #require(socket.localAddress) } }

        func received(_ datagram: UnsafeRawBufferPointer, from source: SocketAddress) {
            arrivals.add((Array(datagram), source))
        }
        func receiveFailed(_ error: UVError) {}
        func sent(_ error: UVError?) { ends.add(error) }

        func send(_ bytes: [UInt8], to target: SocketAddress) throws {
            let isSent = try bytes.withUnsafeBytes { bytes throws(UVError) in
                try socket.trySend(bytes, to: target)
            }
            try #require(isSent)
        }

        func close() { socket.close() }
    }

    private static func loopback() throws -> NetworkInterface {
        try #require(NetworkInterface.all().first { $0.isLoopback && !$0.address.isIPv6 })
    }

    /// Joins a group on the loopback interface, and sends to it there.
    private static func join(_ member: Member, _ group: String = group) throws {
        try member.socket.join(#require(SocketAddress(numeric: group, port: 0)), on: loopback())
        try member.socket.setMulticastInterface(loopback())
        try member.socket.setMulticastHops(0)
    }

    @Test func `a datagram arrives whole, with the address of its sender`() async throws {
        let (one, two) = (try Member(), try Member())
        for byteCount in [1, 0, 1_400, UDPSocket.byteCountMax] {
            let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0) }
            try one.send(bytes, to: two.address)
            let arrival = await two.arrivals.next()
            #expect(arrival.bytes == bytes)
            #expect(try arrival.source == one.address)
        }
        one.close()
        two.close()
    }

    @Test func `a chunk is sent, and its end is told`() async throws {
        let (one, two) = (try Member(), try Member())
        let chunk = ByteChunk.filled(with: [UInt8](repeating: 7, count: 1_000))
        try one.socket.send(chunk, to: two.address)
        #expect(await one.ends.next() == nil)
        #expect(await two.arrivals.next().bytes.count == 1_000)
        #expect(!one.socket.isSending)
        one.close()
        two.close()
    }

    @Test func `a datagram that is too long is an error, and the next one leaves`() async throws {
        let (one, two) = (try Member(), try Member())
        let error = #expect(throws: UVError.self) {
            try one.send([UInt8](repeating: 0, count: UDPSocket.byteCountMax + 1), to: two.address)
        }
        #expect(error?.name == "EMSGSIZE")
        try one.send([7], to: two.address)
        #expect(await two.arrivals.next().bytes == [7])
        one.close()
        two.close()
    }

    @Test func `members that share a port all hear the group, the sender too`() async throws {
        let first = try Member("0.0.0.0")
        let port = try first.address.port
        let members = [first, try Member("0.0.0.0", port: port), try Member("0.0.0.0", port: port)]
        for member in members { try Self.join(member) }
        let target = try #require(SocketAddress(numeric: Self.group, port: port))
        try first.send([1, 2, 3], to: target)
        for member in members { #expect(await member.arrivals.next().bytes == [1, 2, 3]) }
        // Joining again is no error, nor is leaving twice.
        try Self.join(first)
        let group = try #require(SocketAddress(numeric: Self.group, port: 0))
        try members[2].socket.leave(group, on: Self.loopback())
        try members[2].socket.leave(group, on: Self.loopback())
        try first.send([4], to: target)
        try first.send([5], to: target)
        for member in members.prefix(2) {
            #expect(await member.arrivals.next().bytes == [4])
            #expect(await member.arrivals.next().bytes == [5])
        }
        #expect(members[2].arrivals.entries.count == 1)
        for member in members { member.close() }
    }

    @Test func `a group that only others have joined is not heard`() async throws {
        let first = try Member("0.0.0.0")
        let port = try first.address.port
        let second = try Member("0.0.0.0", port: port)
        try Self.join(first)
        try Self.join(second, "239.255.72.76")
        try first.send([1], to: #require(SocketAddress(numeric: Self.group, port: port)))
        try first.send([2], to: #require(SocketAddress(numeric: "239.255.72.76", port: port)))
        #expect(await first.arrivals.next().bytes == [1])
        #expect(await second.arrivals.next().bytes == [2])
        #expect(first.arrivals.entries.count == 1 && second.arrivals.entries.count == 1)
        first.close()
        second.close()
    }

    // The loopback interface brings back what is sent through it, whatever the socket asks for.
    @Test(arguments: ["127.0.0.1", "::1"]) func `hops and loopback are set in the family of the socket`(
        host: String
    ) throws {
        // A machine without IPv6 has no such interface.
        guard try NetworkInterface.all().contains(where: { $0.address.host == host }) else { return }
        let member = try Member(host)
        let isIPv6 = member.socket.isIPv6
        func option(_ name: Int32) throws -> Int32 {
            var value: Int32 = -1
            var byteCount = socklen_t(MemoryLayout<Int32>.size)
            let level = Int32(isIPv6 ? IPPROTO_IPV6 : IPPROTO_IP)
            try UVError.check(getsockopt(#require(member.socket.descriptor), level, name, &value, &byteCount))
            return value
        }
        try member.socket.setMulticastHops(3)
        try member.socket.setMulticastLoopback(false)
        #expect(try option(isIPv6 ? IPV6_MULTICAST_HOPS : IP_MULTICAST_TTL) == 3)
        #expect(try option(isIPv6 ? IPV6_MULTICAST_LOOP : IP_MULTICAST_LOOP) == 0)
        try member.socket.setMulticastLoopback(true)
        #expect(try option(isIPv6 ? IPV6_MULTICAST_LOOP : IP_MULTICAST_LOOP) == 1)
        member.close()
    }

    @Test(arguments: [-1, 256]) func `more hops than there are is an error`(count: Int) throws {
        let member = try Member()
        #expect(throws: UVError.invalid) { try member.socket.setMulticastHops(count) }
        member.close()
    }

    @Test func `an address that is no group cannot be joined`() throws {
        let member = try Member("0.0.0.0")
        let address = try #require(SocketAddress(numeric: "127.0.0.1", port: 0))
        #expect(throws: UVError.self) { try member.socket.join(address) }
        member.close()
    }

    @Test func `a closed socket refuses everything`() throws {
        let member = try Member()
        let address = try member.address
        member.close()
        member.close()
        #expect(member.socket.localAddress == nil)
        #expect(throws: UVError.cancelled) { try member.send([1], to: address) }
        #expect(throws: UVError.cancelled) { try member.socket.join(address) }
        #expect(throws: UVError.cancelled) { try member.socket.startReceiving() }
    }

    @Test func `an address of another machine cannot be bound`() {
        #expect(throws: UVError.addressNotAvailable) { try Member("192.0.2.1") }
    }
}
