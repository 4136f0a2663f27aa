import HarkProtocol
import HarkWire

/// What holds whatever arrives and however time passes: limits are kept, nobody is sent anything who has sent nothing,
/// and no more than has come from there but for what was asked for in order; and no event is told twice.
///
/// The first byte is the kind of member; the rest are steps, a byte that says which and what it needs. The fuzzer looks
/// for bytes that break it.
enum EventcastMachineInvariant {
    private static let own = DatagramAddress(ipv4: 0x0A00_0001, port: 41_000)
    private static let assemblyByteCountMax = 8_000
    private static let queueByteCountMax = 8_000

    /// What is broken, or nil.
    static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard let first = bytes.first else { return nil }
        var world = World(first, Array(bytes.dropFirst()))
        while let violation = world.step() { if let violation { return violation } }
        return world.end()
    }

    private struct World {
        private let side: EventcastSide
        private let cipher: FakeEventcastCipher?
        private var input: [UInt8]
        private var index = 0
        /// In bytes, by host.
        private var received: [UInt64: Int] = [:]
        private var sent: [UInt64: Int] = [:]
        private var sequences: [EventcastDigest] = []
        private var datagramCount = 0
        private var messageCount = 0

        init(_ first: UInt8, _ input: [UInt8]) {
            cipher = first & 1 == 0 ? nil : FakeEventcastCipher(key: 5)
            self.input = input
            side = EventcastSide("own", EventcastMachineInvariant.own, cipher: cipher) { settings in
                settings.maxPayloadSize = first & 2 == 0 ? 1_024 : 100
                settings.acceptsPlaintext = first & 4 != 0
                settings.limits.messageByteCount = 4_000
                settings.limits.assemblyByteCount = EventcastMachineInvariant.assemblyByteCountMax
                settings.limits.sourceByteCount = 5_000
                settings.limits.assemblyMessageCount = 8
                settings.limits.queueByteCount = EventcastMachineInvariant.queueByteCountMax
                settings.limits.storeByteCount = 10_000
                settings.limits.memberCount = 3
            }
        }

        private mutating func byte() -> Int? {
            guard index < input.count else { return nil }
            defer { index += 1 }
            return Int(input[index])
        }

        private mutating func bytes(_ count: Int) -> [UInt8] {
            let end = min(index + count, input.count)
            defer { index = end }
            return Array(input[index..<end])
        }

        /// Does one thing; nil behind the last one, else what is broken.
        mutating func step() -> String?? {
            guard let what = byte(), let detail = byte() else { return nil }
            switch what & 7 {
            case 0: receive(bytes(detail * 4), from: what)
            case 1: receiveSegment(detail, from: what)
            case 2: receiveRequest(detail, from: what)
            case 3: side.advance(by: UInt64(detail) * UInt64(1 + what >> 3 * 8))
            case 4: emit(detail * (1 + what >> 3))
            case 5: collect(detail)
            case 6: receiveEvent(detail, from: what)
            case _ where detail & 7 == 0:
                side.stop()
                side.start()
                // What was there before the stop is not known any more.
                sequences = []
            case _: collect(255)
            }
            return .some(check())
        }

        func end() -> String? {
            side.advance(by: 60_000)
            if side.assemblyByteCount != 0 { return "something is incomplete for ever" }
            if !side.members.isEmpty { return "a member stays for ever" }
            return side.deadline == nil ? nil : "something is due for ever"
        }

        // MARK: Steps

        private mutating func receive(_ datagram: [UInt8], from what: Int) {
            let source = DatagramAddress(ipv4: 0x0A00_0000 + UInt32(2 + what >> 3), port: 41_000)
            received[source.low, default: 0] += datagram.count
            datagramCount += 1
            side.receive(datagram, from: source)
        }

        private func reading(_ number: Int) -> EventcastReading {
            EventcastReading(sequence: EventcastDigest(random: UInt64(number), 1, UInt32(number)))
        }

        private mutating func receiveSegment(_ detail: Int, from what: Int) {
            var reading = reading(detail & 7)
            reading.texts?[1] = "10.0.0.\(2 + what >> 3)"
            reading.segmentCount = Int32(2 + detail >> 5)
            reading.segment = min(Int32(detail >> 3 & 3), reading.segmentCount - 1)
            reading.payload = bytes((byte() ?? 0) * 4)
            receive((try? reading.written()) ?? [], from: what)
        }

        private mutating func receiveEvent(_ detail: Int, from what: Int) {
            messageCount += 1
            var reading = reading(1_000 + messageCount - detail & 3)
            reading.texts?[0] = ["event", "stop", "e", "__ec_retx"][detail >> 2 & 3]
            reading.texts?[3] = "m\(detail >> 4)"
            guard let inner = try? reading.written([1]) else { return }
            guard let cipher, detail & 128 == 0 else { return receive(inner, from: what) }
            var outer = self.reading(2_000 + messageCount)
            (outer.isEncrypted, outer.texts) = (true, nil)
            outer.payload = inner.withUnsafeBytes { cipher.encrypt($0) }
            receive((try? outer.written()) ?? [], from: what)
        }

        private mutating func receiveRequest(_ detail: Int, from what: Int) {
            messageCount += 1
            let count = bytes(1).first ?? 0
            let missing = bytes(Int(count & 15)).map(Int32.init)
            var reading = reading(3_000 + messageCount)
            let host = "10.0.0.\(2 + (what >> 3 ^ detail >> 6 & 1))"
            reading.texts?[0] = "__ec_retx"
            reading.texts?[1] = host
            reading.port = UInt16(41_000 + detail >> 5 & 1)
            let sequence = sequences.isEmpty ? self.reading(0).sequence : sequences[detail & 15 % sequences.count]
            let datagram = Array(host.utf8).withUnsafeBytes { host in
                try? reading.written { meta, output in
                    let request = EventcastRequest(
                        id: host, sequence: sequence, missing: missing, host: host, port: 41_000)
                    try EventcastDatagram.write(meta, request: request, to: &output)
                }
            }
            receive(datagram ?? [], from: what)
        }

        private mutating func emit(_ byteCount: Int) {
            side.emit("event", [.string(String(repeating: "x", count: byteCount))])
        }

        /// Takes what there is, and lets a part of it leave.
        private mutating func collect(_ count: Int) {
            let runs = side.collect(byteCountMax: 4_000)
            let leaving = min(count, runs.reduce(0) { $0 + $1.count })
            var left = leaving
            for run in runs {
                for datagram in 0..<min(run.count, left) {
                    take(Array(run[datagram]), run.target)
                    left -= 1
                }
            }
            // What was lent is gone from here on.
            side.sent(leaving)
        }

        private mutating func take(_ datagram: [UInt8], _ target: DatagramTarget) {
            switch target {
            case .group:
                guard let read = try? EventcastReading(datagram), read.segment == 0, read.segmentCount > 1 else {
                    return
                }
                sequences.append(read.sequence)
            case .address(let address): sent[address.low, default: 0] += datagram.count
            }
        }

        // MARK: Checks

        private func check() -> String? {
            if side.assemblyByteCount > EventcastMachineInvariant.assemblyByteCountMax {
                return "too much is incomplete"
            }
            if side.members.count > 3 { return "too many members" }
            let statistics = side.statistics
            if side.events.count != statistics.receivedEventCount { return "miscounted events" }
            if statistics.receivedEventCount > datagramCount { return "more events than datagrams" }
            // A message of the greatest length may leave when nothing else waits.
            if statistics.queuedByteCount > EventcastMachineInvariant.queueByteCountMax + 64_000 + (2 << 20) {
                return "too much waits"
            }
            if let deadline = side.deadline, deadline + 60_000 < side.now { return "something is long due" }
            for (host, byteCount) in sent {
                let from = received[host, default: 0]
                if from == 0 { return "somebody is sent what nobody asked for" }
                if sequences.isEmpty, statistics.repairedByteCount == 0, byteCount > from { return "more out than in" }
            }
            return nil
        }
    }
}
