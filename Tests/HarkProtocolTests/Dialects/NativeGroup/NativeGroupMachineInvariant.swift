import HarkProtocol
import HarkWire

/// What holds for any datagrams at any time: what a member says is heard in order and never twice, memory keeps to its
/// limit, and everything comes to rest.
///
/// The bytes are a script for two members and a bad network between them; some of it are datagrams of others, made of
/// the bytes themselves. The fuzzer looks for a script that breaks it.
enum NativeGroupMachineInvariant {
    private static let windowByteCount = 64 << 10

    /// What is broken, or nil.
    static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard let first = bytes.first else { return nil }
        let play = Play(first)
        var script = ByteReader(UnsafeRawBufferPointer(rebasing: bytes.dropFirst()))
        while play.violation == nil, play.step(&script) {}
        play.rest()
        return play.violation
    }

    /// A member and what it has heard.
    private final class Side {
        var machine: NativeGroupMachine
        let address: DatagramAddress
        var emittedCount: UInt64 = 0
        /// The highest number heard of each sender.
        var heard: [String: UInt64] = [:]

        init(_ settings: NativeGroupSettings, _ port: UInt16) {
            machine = NativeGroupMachine(settings, seed: UInt64(port))
            address = DatagramAddress(ipv4: 1, port: port)
        }
    }

    private final class Play {
        private var now = Instant(milliseconds: 1_000)
        private let sides: [Side]
        /// Datagrams of the second member as it has sent them.
        private var recorded: [[UInt8]] = []
        /// Whether somebody has sent what only looks like a datagram of one of the two.
        private var isForged = false
        private(set) var violation: String?

        init(_ first: UInt8) {
            var settings = NativeGroupSettings(group: 7)
            settings.datagramByteCount = 512
            settings.repairByteCount = 16 << 10
            settings.queueByteCount = 8 << 10
            settings.messageByteCount = 4 << 10
            settings.windowByteCount = windowByteCount
            settings.memberCount = 4
            settings.isUnicast = first & 1 != 0
            settings.joinPoint = first & 2 != 0 ? .stored : .live
            settings.flowControl = first & 4 != 0 ? .slowestTagged : .none
            settings.isTagged = first & 8 != 0
            settings.byteRate = first & 16 != 0 ? 100_000 : nil
            settings.expectedMemberCount = first & 32 != 0 ? 100 : 1
            sides = [Side(settings, 1), Side(settings, 2)]
            for side in sides { side.machine.start(now: now) }
        }

        /// Returns false at the end of the script.
        func step(_ script: inout ByteReader) -> Bool {
            guard let op = script.readByte(), let argument = script.readByte() else { return false }
            switch op & 7 {
            case 0: emit(sides[1], Int(argument) * 16)
            case 1: turn(argument, script.readByte() ?? 0)
            case 2: inject(&script, argument)
            case 3: damage(&script, argument)
            case 4: emit(sides[0], Int(argument))
            case 5: restart(sides[Int(argument & 1)])
            case 6: collectSome(Int(argument))
            default: replay(argument)
            }
            return true
        }

        private func emit(_ side: Side, _ byteCount: Int) {
            var arguments = [UInt8](repeating: UInt8(truncatingIfNeeded: side.emittedCount), count: byteCount + 8)
            withUnsafeBytes(of: side.emittedCount.littleEndian) { arguments.replaceSubrange(0..<8, with: $0) }
            let outcome = [0x65 as UInt8].withUnsafeBytes { name in
                arguments.withUnsafeBytes { side.machine.emit(name, $0, now: now, date: 0) }
            }
            if outcome == .accepted { side.emittedCount += 1 }
        }

        /// Time passes, and datagrams are exchanged; a bit says which are lost.
        private func turn(_ milliseconds: UInt8, _ losses: UInt8) {
            now = now + UInt64(milliseconds)
            for (index, side) in sides.enumerated() {
                side.machine.advance(to: now)
                drain(side)
                for (count, datagram) in collect(side, byteCountMax: 1 << 16).enumerated() {
                    if index == 1 { recorded.append(datagram) }
                    if losses >> UInt8(count & 7) & 1 == 0 { receive(sides[1 - index], datagram, side.address) }
                }
            }
            if recorded.count > 256 { recorded.removeFirst(128) }
        }

        private func collect(_ side: Side, byteCountMax: Int, sent: Int = .max) -> [[UInt8]] {
            var runs: ContiguousArray<DatagramRun> = []
            side.machine.collect(into: &runs, byteCountMax: byteCountMax, now: now)
            var datagrams: [[UInt8]] = []
            for run in runs { for index in 0..<run.count { datagrams.append(Array(run[index])) } }
            datagrams.removeLast(max(datagrams.count - sent, 0))
            side.machine.sent(datagrams.count, now: now)
            return datagrams
        }

        private func collectSome(_ count: Int) {
            for datagram in collect(sides[1], byteCountMax: 4_096, sent: count & 3) {
                recorded.append(datagram)
                receive(sides[0], datagram, sides[1].address)
            }
        }

        /// A datagram of somebody else, behind a header that is right.
        private func inject(_ script: inout ByteReader, _ argument: UInt8) {
            let body = script.read(min(Int(script.readByte() ?? 0), script.remaining)) ?? script.rest
            var datagram: [UInt8] = [0x48, 0x47, 1, argument & 15, 7, 0, 0, 0, 1 + argument >> 5, 0, 0, 0, 0, 0, 0, 0]
            // Most kinds name the member they are for.
            if argument & 16 != 0 { withUnsafeBytes(of: sides[0].machine.sender.littleEndian) { datagram += $0 } }
            receive(sides[0], datagram + Array(body), DatagramAddress(ipv4: 2, port: UInt16(argument >> 5)))
        }

        private func damage(_ script: inout ByteReader, _ argument: UInt8) {
            guard var datagram = recorded.last, let place = script.readByte() else { return }
            datagram[Int(place) % datagram.count] ^= max(argument, 1)
            isForged = true
            receive(sides[0], datagram, sides[1].address)
        }

        private func replay(_ argument: UInt8) {
            guard !recorded.isEmpty else { return }
            receive(sides[0], recorded[recorded.count - 1 - Int(argument) % recorded.count], sides[1].address)
        }

        private func restart(_ side: Side) {
            side.machine.stop(now: now)
            drain(side)
            side.machine.start(now: now)
            side.emittedCount = 0
            side.heard = [:]
            if side === sides[1] { recorded = [] }
        }

        private func receive(_ side: Side, _ datagram: [UInt8], _ source: DatagramAddress) {
            datagram.withUnsafeBytes {
                side.machine.receive($0, from: source, now: now)
                drain(side)
            }
        }

        private func drain(_ side: Side) {
            var count = 0
            while let effect = side.machine.nextEffect() {
                count += 1
                if count > 100_000 { violation = "effects without end" }
                if violation != nil { return }
                guard case .event(let event) = effect else { continue }
                hear(event, side)
            }
            // One datagram more than the limit may be on its way to a listener, and an event that is being put
            // together.
            if side.machine.windowByteCount > windowByteCount + 8_192 { violation = "more kept than is allowed" }
            if side.machine.windowByteCount < 0 { violation = "less kept than nothing" }
        }

        private func hear(_ event: GroupEvent, _ side: Side) {
            guard event.member.id.count == 16, let other = sides.first(where: { $0 !== side }), !isForged,
                UInt64(event.member.id, radix: 16) == other.machine.sender
            else { return }
            guard event.arguments.count >= 8 else {
                violation = "a part of an event"
                return
            }
            let number = UInt64(littleEndian: event.arguments.loadUnaligned(as: UInt64.self))
            guard number < other.emittedCount else {
                violation = "an event that was never emitted"
                return
            }
            if let last = side.heard[event.member.id], number <= last { violation = "out of order, or twice" }
            side.heard[event.member.id] = number
        }

        /// Nothing is lost any more: nobody has anything left to do but to show that it is there.
        func rest() {
            for _ in 0..<40 where violation == nil { turn(250, 0) }
            for side in sides where violation == nil {
                // What one turn has set in motion is done in the next one.
                for _ in 0..<3 {
                    side.machine.advance(to: now)
                    drain(side)
                    _ = collect(side, byteCountMax: 1 << 20)
                }
                if let deadline = side.machine.deadline, deadline <= now { violation = "always something to do" }
            }
        }
    }
}
