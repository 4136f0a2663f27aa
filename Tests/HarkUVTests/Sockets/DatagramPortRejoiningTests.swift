#if os(Linux)
    import Foundation
    import HarkUV
    import HarkWire
    import Testing

    /// An interface goes and comes back, in a network of the test's own that ends with it. Nothing of the machine's
    /// network is touched, and nothing leaves it.
    @Suite(
        .timeLimit(.minutes(2)),
        .enabled(if: PrivateNetwork.isPossible, "a network of one's own takes the rights to make one, and `ip`"))
    struct DatagramPortRejoiningTests {
        private static let group = DatagramAddress(ipv4: 0xEFFF_4857, port: 0)

        @EventLoop
        private static func isHeard(_ member: DatagramMember) async -> Bool {
            let result = member.send([7], to: .group)
            guard result.count == 1, result.failedCount == 0 else { return false }
            // It comes back at once or not at all.
            await LoopTurns.pass(3)
            defer { member.seenCount = member.arrivals.entries.count }
            return member.arrivals.entries.count > member.seenCount
        }

        @Test func `an interface that comes back is joined again, whatever its number`() async {
            await #expect(processExitsWith: .success) {
                try EventLoop.run {
                    let network = try PrivateNetwork()
                    try network.add(mtu: 1_500)
                    for text in [PrivateNetwork.interface, PrivateNetwork.address] {
                        let member = try DatagramMember("0.0.0.0", interface: text)
                        member.port.targets = [Self.group.with(port: member.address.port)]
                        try member.port.join(Self.group, on: text)
                        #expect(await Self.isHeard(member))
                        #expect(member.port.datagramByteCountMax == 1_472)

                        try network.set("down")
                        #expect(await !Self.isHeard(member))
                        try network.set("up")
                        try member.port.join(Self.group, on: text)
                        #expect(await Self.isHeard(member), "after it was down")

                        try network.remove()
                        #expect(await !Self.isHeard(member))
                        #expect(throws: UVError.noDevice) { try member.port.join(Self.group, on: text) }
                        try network.add(mtu: 9_000)
                        try member.port.join(Self.group, on: text)
                        #expect(await Self.isHeard(member), "after it was gone")
                        #expect(member.port.datagramByteCountMax == 8_972)
                        #expect(member.port.path == .segmented)
                        member.close()
                        try network.remove()
                        try network.add(mtu: 1_500)
                    }
                }
            }
        }

        @Test func `datagrams that the interface does not carry in one piece leave as several packets`() async {
            await #expect(processExitsWith: .success) {
                try EventLoop.run {
                    let network = try PrivateNetwork()
                    try network.add(mtu: 1_500)
                    let member = try DatagramMember("0.0.0.0", interface: PrivateNetwork.interface)
                    member.port.targets = [Self.group.with(port: member.address.port)]
                    try member.port.join(Self.group, on: PrivateNetwork.interface)
                    // The kernel cuts no datagrams that are longer than a packet.
                    let result = member.send(
                        [UInt8](repeating: 7, count: 10_000), segmentByteCount: 4_000, to: .group)
                    #expect(result.count == 3 && result.failedCount == 0)
                    #expect(await member.arrivals.first(3).map(\.bytes.count) == [4_000, 4_000, 2_000])
                    member.close()
                }
            }
        }
    }
#endif
