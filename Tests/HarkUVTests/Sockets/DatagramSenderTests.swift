import HarkUV
import HarkWire
import Testing

@Suite struct DatagramSenderTests {
    private static let targets = (1...3).map { DatagramAddress(ipv4: 0x7F00_0000 + $0, port: 9) }

    /// A kernel that is told what to do, and remembers what it got.
    private struct Kernel {
        enum Answer {
            case take(Int)
            case fail(UVError)
        }

        /// What it answers, one after the other; then it takes everything.
        var script: [Answer] = []
        /// Each datagram, and whom it went to.
        var taken: [(bytes: [UInt8], target: DatagramAddress)] = []
        /// How many bytes each message had that it was asked to send.
        var messages: [Int] = []
        /// What it cuts messages by: this tells the datagrams of a message apart.
        var segmentByteCount = 1

        mutating func send(_ batch: DatagramBatch, from first: Int) -> Int32 {
            var count = batch.count - first
            if !script.isEmpty {
                switch script.removeFirst() {
                case .take(let most): count = min(count, most)
                case .fail(let error): return error.code
                }
            }
            for index in first..<first + count {
                let bytes = Array(batch.bytes(index))
                messages.append(bytes.count)
                if bytes.isEmpty { taken.append(([], batch.target(index))) }
                for start in stride(from: 0, to: bytes.count, by: segmentByteCount) {
                    let datagram = Array(bytes[start..<min(start + segmentByteCount, bytes.count)])
                    taken.append((datagram, batch.target(index)))
                }
            }
            return Int32(count)
        }
    }

    /// Lends runs over `bytes`.
    private static func withRuns<Result>(
        _ bytes: [UInt8], cut: [(range: Range<Int>, segmentByteCount: Int, target: DatagramTarget)],
        _ body: (ContiguousArray<DatagramRun>) throws -> Result
    ) rethrows -> Result {
        try bytes.withUnsafeBytes { bytes in
            let runs = cut.map {
                DatagramRun(
                    UnsafeRawBufferPointer(rebasing: bytes[$0.range]), segmentByteCount: $0.segmentByteCount,
                    to: $0.target)
            }
            return try body(ContiguousArray(runs))
        }
    }

    private static func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0) } }

    @Test func `a run is one message, as far as the kernel cuts it`() {
        var sender = DatagramSender(isSegmenting: true)
        var kernel = Kernel()
        let bytes = Self.bytes(200)
        let result = Self.withRuns(bytes, cut: [(0..<200, 1, .address(Self.targets[0]))]) { runs in
            sender.send(runs, targets: []) { kernel.send($0, from: $1) }
        }
        #expect(result.count == 200 && result.failedCount == 0 && result.obstacle == nil)
        #expect(kernel.messages == [64, 64, 64, 8])
        #expect(kernel.taken.map(\.bytes) == bytes.map { [$0] })
    }

    @Test func `a run that is longer than a packet is several messages`() {
        var sender = DatagramSender(isSegmenting: true)
        var kernel = Kernel(segmentByteCount: 30_000)
        let bytes = Self.bytes(100_000)
        let result = Self.withRuns(bytes, cut: [(0..<100_000, 30_000, .address(Self.targets[0]))]) { runs in
            sender.send(runs, targets: []) { kernel.send($0, from: $1) }
        }
        #expect(result.count == 4)
        #expect(kernel.messages == [60_000, 40_000])
    }

    @Test func `where the kernel does not cut, each datagram is a message`() {
        var sender = DatagramSender(isSegmenting: false)
        var kernel = Kernel(segmentByteCount: 10)
        let cut: [(Range<Int>, Int, DatagramTarget)] = [
            (0..<25, 10, .group), (25..<25, 0, .address(Self.targets[2])), (25..<30, 10, .address(Self.targets[1])),
        ]
        let result = Self.withRuns(Self.bytes(30), cut: cut) { runs in
            sender.send(runs, targets: [Self.targets[0]]) { kernel.send($0, from: $1) }
        }
        #expect(result.count == 5)
        #expect(kernel.messages == [10, 10, 5, 0, 5])
        let expected = [0, 0, 0, 2, 1].map { Self.targets[$0] }
        #expect(kernel.taken.map(\.target) == expected)
    }

    @Test func `what goes to the group goes to each of its targets`() {
        var sender = DatagramSender(isSegmenting: true)
        var kernel = Kernel()
        let result = Self.withRuns(Self.bytes(2), cut: [(0..<2, 1, .group)]) { runs in
            sender.send(runs, targets: Self.targets) { kernel.send($0, from: $1) }
        }
        #expect(result.count == 2)
        #expect(kernel.messages == [2, 2, 2])
        #expect(kernel.taken.map(\.target) == Self.targets.flatMap { [$0, $0] })
    }

    @Test func `a full socket goes on among the targets where it stopped`() {
        var sender = DatagramSender(isSegmenting: true)
        var kernel = Kernel(script: [.take(1), .fail(.wouldBlock)])
        Self.withRuns(Self.bytes(3), cut: [(0..<3, 1, .group)]) { runs in
            let first = sender.send(runs, targets: Self.targets) { kernel.send($0, from: $1) }
            #expect(first.count == 0 && first.obstacle == .fullBuffer)
            let second = sender.send(runs, targets: Self.targets) { kernel.send($0, from: $1) }
            #expect(second.count == 3 && second.obstacle == nil)
        }
        #expect(kernel.taken.map(\.target) == Self.targets.flatMap { [$0, $0, $0] })
    }

    @Test func `a datagram that fails for one of its targets gets to the others, and is counted once`() {
        var sender = DatagramSender(isSegmenting: false)
        var kernel = Kernel(script: [.take(1), .fail(.permissionDenied), .take(1), .fail(.noBuffers)])
        Self.withRuns(Self.bytes(2), cut: [(0..<2, 1, .group)]) { runs in
            let first = sender.send(runs, targets: Self.targets) { kernel.send($0, from: $1) }
            #expect(first.count == 1 && first.failedCount == 1)
            #expect(first.error == .permissionDenied && first.obstacle == .noBuffers)
        }
        Self.withRuns([1], cut: [(0..<1, 1, .group)]) { runs in
            let second = sender.send(runs, targets: Self.targets) { kernel.send($0, from: $1) }
            #expect(second.count == 1 && second.failedCount == 0)
        }
        #expect(kernel.taken.map(\.bytes) == [[0], [0], [1], [1], [1]])
    }

    @Test func `a failure is remembered while the socket is full`() {
        var sender = DatagramSender(isSegmenting: true)
        var kernel = Kernel(script: [.fail(.permissionDenied), .fail(.wouldBlock)])
        Self.withRuns(Self.bytes(1), cut: [(0..<1, 1, .group)]) { runs in
            #expect(sender.send(runs, targets: Self.targets) { kernel.send($0, from: $1) }.count == 0)
            let second = sender.send(runs, targets: Self.targets) { kernel.send($0, from: $1) }
            #expect(second.count == 1 && second.failedCount == 1)
        }
        #expect(kernel.taken.map(\.target) == [Self.targets[1], Self.targets[2]])
    }

    @Test(arguments: [UVError.invalid, .inputOutput, .noProtocolOption, .notSupported])
    func `a kernel that does not cut gets single datagrams from now on`(error: UVError) {
        var sender = DatagramSender(isSegmenting: true)
        var kernel = Kernel(script: [.take(1), .fail(error)])
        Self.withRuns(Self.bytes(3), cut: [(0..<3, 1, .group)]) { runs in
            let result = sender.send(runs, targets: Self.targets) { kernel.send($0, from: $1) }
            #expect(result.count == 3 && result.failedCount == 0 && result.error == nil)
        }
        let isSegmenting = sender.isSegmenting
        #expect(!isSegmenting)
        #expect(kernel.messages == [3, 1, 1, 1, 1, 1, 1])
        let (one, others) = (Self.targets[0], Self.targets[1...])
        #expect(kernel.taken.map(\.target) == [one, one, one] + [others, others, others].flatMap { $0 })
        #expect(kernel.taken.map(\.bytes) == [[0], [1], [2], [0], [0], [1], [1], [2], [2]])
    }

    @Test func `a target that takes neither runs nor datagrams says nothing of the kernel`() {
        var sender = DatagramSender(isSegmenting: true)
        let refusals = [Kernel.Answer](repeating: .fail(.invalid), count: 4)
        var kernel = Kernel(script: refusals)
        Self.withRuns(
            Self.bytes(6), cut: [(0..<3, 1, .address(Self.targets[0])), (3..<6, 1, .address(Self.targets[1]))]
        ) { runs in
            let result = sender.send(runs, targets: []) { kernel.send($0, from: $1) }
            #expect(result.count == 6 && result.failedCount == 3 && result.error == .invalid)
        }
        let isSegmenting = sender.isSegmenting
        #expect(isSegmenting)
        #expect(kernel.messages == [3])
    }

    @Test func `datagrams that are too long to be cut are sent one by one, shorter ones as a run`() {
        var sender = DatagramSender(isSegmenting: true)
        var kernel = Kernel(script: [.fail(.messageTooLong)], segmentByteCount: 2)
        let cut: [(Range<Int>, Int, DatagramTarget)] = [(0..<6, 2, .group), (6..<12, 2, .group), (12..<14, 1, .group)]
        Self.withRuns(Self.bytes(14), cut: cut) { runs in
            let result = sender.send(runs, targets: [Self.targets[0]]) { kernel.send($0, from: $1) }
            #expect(result.count == 8 && result.failedCount == 0)
        }
        let isSegmenting = sender.isSegmenting
        #expect(isSegmenting)
        #expect(kernel.messages == [2, 2, 2, 2, 2, 2, 2])
    }

    @Test func `without targets nothing is sent, and the kernel says so`() {
        var sender = DatagramSender(isSegmenting: true)
        var kernel = Kernel()
        let result = Self.withRuns(Self.bytes(1), cut: [(0..<1, 1, .group)]) { runs in
            sender.send(runs, targets: []) { kernel.send($0, from: $1) }
        }
        #expect(result.count == 1)
        #expect(kernel.taken.map(\.target.port) == [0])
    }

    @Test func `a call that was interrupted is made again`() {
        var sender = DatagramSender(isSegmenting: true)
        var kernel = Kernel(script: [.fail(.interrupted), .fail(.interrupted)])
        let result = Self.withRuns(Self.bytes(1), cut: [(0..<1, 1, .group)]) { runs in
            sender.send(runs, targets: Self.targets) { kernel.send($0, from: $1) }
        }
        #expect(result.count == 1 && kernel.taken.count == 3)
    }

    @Test func `whatever the kernel answers, each datagram is offered to each target once, in order`() {
        for seed in 0..<UInt64(Sweep.size(quick: 300, full: 20_000, soak: 1_000_000)) {
            var random = SplitMix(state: seed)
            Self.sweep(&random, seed)
        }
    }

    private static func sweep(_ random: inout SplitMix, _ seed: UInt64) {
        var sender = DatagramSender(isSegmenting: Bool.random(using: &random))
        let targets = Array(Self.targets.prefix(Int.random(in: 1...3, using: &random)))
        // Two bytes each, and each another number.
        let total = Int.random(in: 1...200, using: &random)
        let bytes = (0..<total).flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
        var (sent, failed, calls) = (0, 0, 0)
        var offered: [DatagramAddress: [Int]] = [:]
        while sent < total, calls < 10_000 {
            calls += 1
            // The machine may put the rest together otherwise each time.
            var cut: [(Range<Int>, Int, DatagramTarget)] = []
            var start = sent
            while start < total {
                let count = min(total - start, Int.random(in: 1...90, using: &random))
                cut.append((start * 2..<(start + count) * 2, 2, .group))
                start += count
            }
            let result = withRuns(bytes, cut: cut) { runs in
                sender.send(runs, targets: targets) { batch, first in
                    Self.answer(batch, first, &random, &offered)
                }
            }
            #expect(result.obstacle != nil || result.count == total - sent, "seed \(seed)")
            sent += result.count
            failed += result.failedCount
        }
        #expect(sent == total && failed <= total, "seed \(seed)")
        for target in targets { #expect(offered[target] == Array(0..<total), "seed \(seed)") }
    }

    /// Takes some of the messages, or refuses the first one for some reason.
    private static func answer(
        _ batch: DatagramBatch, _ first: Int, _ random: inout SplitMix, _ offered: inout [DatagramAddress: [Int]]
    ) -> Int32 {
        func offer(_ index: Int) {
            let bytes = batch.bytes(index)
            for start in stride(from: 0, to: bytes.count, by: 2) {
                offered[batch.target(index), default: []].append(Int(bytes[start]) << 8 | Int(bytes[start + 1]))
            }
        }
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return UVError.wouldBlock.code
        case 1: return UVError.noBuffers.code
        case 2: return UVError.interrupted.code
        case 3 where batch.bytes(first).count > 2:
            return [UVError.invalid, .messageTooLong].randomElement(using: &random)?.code ?? 0
        case 4:
            offer(first)
            return UVError.permissionDenied.code
        default:
            let count = Int.random(in: 1...batch.count - first, using: &random)
            for index in first..<first + count { offer(index) }
            return Int32(count)
        }
    }
}
