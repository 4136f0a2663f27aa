import HarkUV
import HarkWire
import Testing

@Suite(.timeLimit(.minutes(1)))
@EventLoop
struct DatagramPortGroupsTests {
    private nonisolated static let paths = DatagramPath.allCases

    private static func group(_ port: UInt16 = 0, _ last: Int = 85) throws -> DatagramAddress {
        try #require(DatagramAddress(numeric: "239.255.72.\(last)", port: port))
    }

    private static func loopback() throws -> NetworkInterface {
        try #require(NetworkInterface.all().first { $0.isLoopback && !$0.address.isIPv6 })
    }

    /// Members of a group that share a port and send through the loopback interface.
    private static func members(_ count: Int, path: DatagramPath) throws -> [DatagramMember] {
        let first = try DatagramMember("0.0.0.0", interface: "127.0.0.1", path: path)
        let port = first.address.port
        let others = try (1..<count).map { _ in
            try DatagramMember("0.0.0.0", port: port, interface: "127.0.0.1", path: path)
        }
        for member in [first] + others { member.port.targets = [try group(port)] }
        return [first] + others
    }

    @Test(arguments: paths) func `members that share a port all hear the group, the sender too`(
        path: DatagramPath
    ) async throws {
        let members = try Self.members(3, path: path)
        for member in members { try member.port.join(Self.group(), on: "127.0.0.1") }
        let bytes = (0..<250).map { UInt8($0) }
        #expect(members[0].send(bytes, segmentByteCount: 100, to: .group).failedCount == 0)
        for member in members {
            #expect(await member.arrivals.first(3).map(\.bytes.count) == [100, 100, 50])
        }
        // Joining again is no error, nor is leaving twice.
        try members[0].port.join(Self.group(), on: "127.0.0.1")
        try members[2].port.leave(Self.group(), on: "127.0.0.1")
        try members[2].port.leave(Self.group(), on: "127.0.0.1")
        members[0].send([4, 5], segmentByteCount: 1, to: .group)
        for member in members.prefix(2) {
            #expect(await member.arrivals.first(5).suffix(2).map(\.bytes) == [[4], [5]])
        }
        #expect(members[2].arrivals.entries.count == 3)
        for member in members { member.close() }
    }

    @Test(arguments: paths) func `who is joined for one source hears nobody else`(path: DatagramPath) async throws {
        let listener = try DatagramMember("0.0.0.0", interface: "127.0.0.1", path: path)
        let target = try Self.group(listener.address.port)
        let wanted = try #require(DatagramAddress(numeric: "127.0.0.2", port: 0))
        for _ in 0..<2 { try listener.port.join(target, from: [wanted], on: "127.0.0.1") }
        let senders = try ["127.0.0.3", "127.0.0.2"].map {
            try DatagramMember($0, targets: [target], interface: "127.0.0.1", path: path)
        }
        for (index, sender) in senders.enumerated() { sender.send([UInt8(index)], to: .group) }
        #expect(await listener.arrivals.next().bytes == [1])
        #expect(listener.arrivals.entries.count == 1)
        try listener.port.leave(target, on: "127.0.0.1")
        for member in senders + [listener] { member.close() }
    }

    @Test(arguments: paths) func `a group that only others have joined is not heard`(path: DatagramPath) async throws {
        let members = try Self.members(2, path: path)
        let port = members[0].address.port
        try members[0].port.join(Self.group(0, 85), on: "127.0.0.1")
        try members[1].port.join(Self.group(0, 86), on: "127.0.0.1")
        members[0].send([1], to: .address(try Self.group(port, 85)))
        members[0].send([2], to: .address(try Self.group(port, 86)))
        #expect(await members[0].arrivals.next().bytes == [1])
        #expect(await members[1].arrivals.next().bytes == [2])
        #expect(members.allSatisfy { $0.arrivals.entries.count == 1 })
        for member in members { member.close() }
    }

    @Test(arguments: paths) func `an interface goes by its name, its number and its address`(
        path: DatagramPath
    ) async throws {
        let loopback = try Self.loopback()
        for text in [loopback.name, "\(loopback.index)", "127.0.0.1"] {
            let member = try DatagramMember("0.0.0.0", interface: text, path: path)
            member.port.targets = [try Self.group(member.address.port)]
            try member.port.join(Self.group(), on: text)
            #expect(member.send([7], to: .group).failedCount == 0)
            #expect(await member.arrivals.next().bytes == [7])
            try member.port.leave(Self.group(), on: text)
            member.close()
        }
    }

    @Test(arguments: paths) func `what is no group or no interface is an error`(path: DatagramPath) throws {
        let member = try DatagramMember("0.0.0.0", path: path)
        #expect(throws: UVError.noDevice) { try member.port.join(Self.group(), on: "no such interface") }
        let address = try #require(DatagramAddress(numeric: "127.0.0.1", port: 0))
        #expect(throws: UVError.self) { try member.port.join(address) }
        try member.port.leave(Self.group(), on: "no such interface")
        member.close()
    }

    @Test(arguments: paths) func `a datagram is as long as the interface carries in one piece`(
        path: DatagramPath
    ) throws {
        let any = try #require(DatagramAddress(numeric: "0.0.0.0", port: 0))
        let through = try DatagramPort(
            boundTo: any, targets: [Self.group(9)], interface: Self.loopback().name, path: path)
        #expect(through.datagramByteCountMax == 65_507)
        let unicast = try DatagramPort(
            boundTo: any, targets: [#require(DatagramAddress(numeric: "127.0.0.1", port: 9))], path: path)
        #expect(unicast.datagramByteCountMax == 65_507)
        // Nothing is known of nobody.
        let alone = try DatagramPort(boundTo: any, path: path)
        #expect(alone.datagramByteCountMax == 1_472)
        for port in [through, unicast, alone] { port.close() }
        guard try NetworkInterface.all().contains(where: { $0.address.host == "::1" }) else { return }
        let ipv6 = try DatagramPort(
            boundTo: #require(DatagramAddress(numeric: "::1", port: 0)),
            targets: [#require(DatagramAddress(numeric: "ff02::114", port: 9))], interface: "::1", path: path)
        #expect(ipv6.datagramByteCountMax == 65_487)
        ipv6.close()
    }
}
