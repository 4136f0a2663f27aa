#if !DEBUG
    import Hark
    import HarkUV
    import HarkWire
    import Testing

    /// Both members live in this process, so a budget counts what an event costs sender and receiver together.
    @EventLoop
    @Suite(.serialized, .timeLimit(.minutes(2)), .enabled(if: AllocationCounter.isAvailable, "malloc is not counted"))
    struct GroupAllocationTests {
        private static let bytesKey = EventKey<Bytes>("bytes")

        /// Groups of their own: nobody else on this machine uses them.
        private nonisolated static let groups: [(dialect: Dialect, address: String)] = [
            (.native, "239.255.72.87"), (.eventcast, "239.255.72.88"),
        ]

        private static func freePort() throws -> Int {
            let probe = try DatagramPort(boundTo: DatagramAddress(ipv4: 0x7F00_0001, port: 0))
            defer { probe.close() }
            return Int(probe.localAddress.port)
        }

        @Test(arguments: groups)
        func `bytes emitted to a group and read in place`(_ group: (dialect: Dialect, address: String)) async throws {
            var options = MulticastGroup.Options(dialect: group.dialect, port: try Self.freePort())
            options.multicastMembership = group.address
            options.multicastInterface = "127.0.0.1"
            options.multicastTtl = 0
            options.echo = .remoteOnly
            let sender = MulticastGroup(options: options)
            let receiver = MulticastGroup(options: options)
            try await receiver.start()
            try await sender.start()
            let load = Bytes([UInt8](repeating: 7, count: 100))
            // 100 under way: what fits the sockets' buffers one by one.
            let flood = Flood(100) { sender.emit(Self.bytesKey, load) }
            receiver.on("bytes") { (_: RawSpan) in flood.heard() }
            await AllocationBudget.steady.expect(events: 50_000) { count in await flood.send(count) }
            await sender.close()
            await receiver.close()
        }
    }
#endif
