#if !DEBUG
    import HarkUV
    import HarkWire
    import Testing

    /// Sender and receiver live in this process, so a budget counts what a datagram costs both together.
    @EventLoop
    @Suite(.serialized, .timeLimit(.minutes(2)), .enabled(if: AllocationCounter.isAvailable, "malloc is not counted"))
    struct DatagramAllocationTests {
        /// 0.001: 40 datagrams are sent together, and not even that may cost an allocation.
        private static let none = AllocationBudget(perEvent: 0.001)

        @Test(arguments: DatagramPath.allCases) func `datagrams of a hundred bytes`(path: DatagramPath) async throws {
            let exchange = try Exchange(path, segmentByteCount: 100)
            await Self.none.expect(events: 40_000) { count in await exchange.run(count) }
            exchange.close()
        }

        @Test(arguments: DatagramPath.allCases) func `datagrams of a packet each`(path: DatagramPath) async throws {
            let exchange = try Exchange(path, segmentByteCount: 1_400)
            await Self.none.expect(events: 20_000) { count in await exchange.run(count) }
            exchange.close()
        }
    }

    /// Sends runs of datagrams, each when the one before has arrived.
    @EventLoop
    private final class Exchange: DatagramPortReceiver {
        /// 40 datagrams in a run: what every system keeps until it is received, whatever their length.
        private static let runCount = 40

        private let sender: DatagramPort
        private let port: DatagramPort
        private let segmentByteCount: Int
        private let bytes: UnsafeMutableRawBufferPointer
        private var runs: ContiguousArray<DatagramRun> = []
        private var remaining = 0
        private var underWay = 0
        private var done: CheckedContinuation<Void, Never>?

        init(_ path: DatagramPath, segmentByteCount: Int) throws {
            self.segmentByteCount = segmentByteCount
            let address = DatagramAddress(ipv4: 0x7F00_0001, port: 0)
            port = try DatagramPort(boundTo: address, path: path)
            sender = try DatagramPort(boundTo: address, targets: [port.localAddress], path: path)
            bytes = .allocate(byteCount: Self.runCount * segmentByteCount, alignment: 16)
            bytes.initializeMemory(as: UInt8.self, repeating: 7)
            port.receiver = self
            try port.startReceiving()
        }

        func close() {
            sender.close()
            port.close()
            bytes.deallocate()
        }

        func run(_ count: Int) async {
            remaining = count
            await withCheckedContinuation { continuation in
                done = continuation
                proceed()
            }
        }

        private func proceed() {
            let count = min(remaining, Self.runCount)
            remaining -= count
            underWay = count
            runs.removeAll(keepingCapacity: true)
            let run = UnsafeRawBufferPointer(rebasing: bytes[..<(count * segmentByteCount)])
            runs.append(DatagramRun(run, segmentByteCount: segmentByteCount, to: .group))
            if sender.send(runs).count != count { Issue.record("the socket was full") }
        }

        func received(_ bytes: UnsafeRawBufferPointer, segmentByteCount: Int, from source: DatagramAddress) {
            underWay -= (bytes.count - 1) / segmentByteCount + 1
            guard underWay == 0 else { return }
            guard remaining == 0 else { return proceed() }
            done?.resume()
            done = nil
        }

        func portHasRoom() {}
        func receiveFailed(_ error: UVError) { Issue.record("\(error)") }
    }
#endif
