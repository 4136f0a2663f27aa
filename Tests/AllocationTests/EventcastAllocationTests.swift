#if !DEBUG
    import HarkProtocol
    import HarkWire
    import Testing

    /// Both members live in this process, so a budget counts what an event costs sender and receiver together.
    @Suite(.serialized, .timeLimit(.minutes(2)), .enabled(if: AllocationCounter.isAvailable, "malloc is not counted"))
    struct EventcastAllocationTests {
        /// Two members whose datagrams go from one to the other directly.
        private struct Pair: ~Copyable {
            private static let address = DatagramAddress(ipv4: 0x0A00_0001, port: 41_000)
            /// 64: what a turn of a busy loop sends.
            private static let batchCount = 64

            private var one: EventcastMachine
            private var other: EventcastMachine
            private var runs: ContiguousArray<DatagramRun> = []
            private var now = Instant(milliseconds: 1_000)
            private(set) var receivedCount = 0
            private let name = Array("event".utf8)
            private let arguments: [UInt8] = [0x01, 0x63, 0x61, 0x62, 0x63]

            init() {
                one = Self.member("one", 1)
                other = Self.member("other", 2)
                one.start(now: now)
                other.start(now: now)
            }

            private static func member(_ id: String, _ seed: UInt64) -> EventcastMachine {
                let settings = EventcastSettings(id: id, host: "10.0.0.1", port: 41_000, hostname: "vm")
                return EventcastMachine(settings: settings, cipher: nil, seed: seed)
            }

            mutating func flood(_ count: Int) {
                for start in stride(from: 0, to: count, by: Self.batchCount) {
                    for _ in start..<min(start + Self.batchCount, count) { emit() }
                    pass()
                    now = now + 1
                    one.advance(to: now)
                    other.advance(to: now)
                }
            }

            private mutating func emit() {
                _ = name.withUnsafeBytes { name in
                    arguments.withUnsafeBytes { one.emit(name, $0, now: now, date: Int64(now.milliseconds)) }
                }
            }

            private mutating func pass() {
                runs.removeAll(keepingCapacity: true)
                one.collect(into: &runs, byteCountMax: 1 << 20, now: now)
                var count = 0
                for run in runs {
                    for index in 0..<run.count { receive(run[index]) }
                    count += run.count
                }
                one.sent(count, now: now)
            }

            private mutating func receive(_ datagram: UnsafeRawBufferPointer) {
                other.receive(datagram, from: Self.address, now: now)
                while let effect = other.nextEffect() { if case .event = effect { receivedCount += 1 } }
            }
        }

        @Test func `an event goes from member to member within the budget`() async {
            var pair = Pair()
            pair.flood(1_000)
            #expect(pair.receivedCount == 1_000)
            await AllocationBudget.steady.expect(events: 100_000) { count in pair.flood(count) }
        }
    }
#endif
