import HarkProtocol
import HarkWire

/// A member of a group in a test: a machine, and all that it has told.
final class NativeGroupMember {
    struct Heard: Equatable {
        let name: String
        /// What the sender has counted.
        let number: UInt64
        let byteCount: Int
        let at: UInt64
    }

    struct Emitted {
        let byteCount: Int
        let at: UInt64
    }

    let index: Int
    let address: DatagramAddress
    var machine: NativeGroupMachine
    /// By the name of the member that has sent them.
    private(set) var heard: [String: [Heard]] = [:]
    private(set) var lost: [String: Int] = [:]
    /// How often a loss was told without a number of events.
    private(set) var vagueCount = 0
    private(set) var joined: [String] = []
    private(set) var left: [String] = []
    private(set) var refused: [GroupRefusal] = []
    private(set) var congestion: [(member: String?, at: UInt64)] = []
    /// What it has emitted since it was started last.
    private(set) var emitted: [Emitted] = []
    /// Events that were not what was sent.
    private(set) var damagedCount = 0

    init(_ index: Int, _ settings: NativeGroupSettings, cipher: (any GroupCipher)? = nil, seed: UInt64) {
        self.index = index
        address = DatagramAddress(ipv4: 0x0A00_0001 + UInt32(index), port: 9_000)
        machine = NativeGroupMachine(settings, cipher: cipher, seed: seed)
    }

    /// As it is called by the others.
    var id: String {
        let digits = String(machine.sender, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    func start(_ now: Instant) {
        emitted = []
        machine.start(now: now)
    }

    @discardableResult
    func emit(named name: String = "tick", byteCount: Int = 20, _ now: Instant) -> GroupSendOutcome {
        let arguments = Self.arguments(UInt64(emitted.count), byteCount)
        let outcome = Array(name.utf8).withUnsafeBytes { name in
            arguments.withUnsafeBytes { machine.emit(name, $0, now: now, date: 0) }
        }
        if outcome == .accepted { emitted.append(Emitted(byteCount: arguments.count, at: now.milliseconds)) }
        return outcome
    }

    /// A number, and bytes that follow from it.
    private static func arguments(_ number: UInt64, _ byteCount: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: number &* 31), count: max(byteCount, 8))
        for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: number >> (8 * UInt64(index))) }
        return bytes
    }

    func receive(_ datagram: [UInt8], from source: DatagramAddress, _ now: Instant) {
        datagram.withUnsafeBytes {
            machine.receive($0, from: source, now: now)
            drain(now)
        }
    }

    func advance(_ now: Instant) {
        guard let deadline = machine.deadline, deadline <= now else { return }
        machine.advance(to: now)
        drain(now)
    }

    func drain(_ now: Instant) {
        while let effect = machine.nextEffect() {
            switch effect {
            case .event(let event): hear(event, now)
            case .joined(let member): joined.append(member.id)
            case .left(let member): left.append(member.id)
            case .lost(let loss):
                lost[loss.member.id, default: 0] += loss.eventCount ?? 0
                if loss.eventCount == nil { vagueCount += 1 }
            case .congestion(let congestion):
                self.congestion.append((congestion.member?.id, now.milliseconds))
            case .refused(let refusal): refused.append(refusal)
            }
        }
    }

    private func hear(_ event: GroupEvent, _ now: Instant) {
        let bytes = event.arguments
        guard bytes.count >= 8 else {
            damagedCount += 1
            return
        }
        let number = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        if Self.arguments(number, bytes.count) != Array(bytes) { damagedCount += 1 }
        let heard = Heard(
            name: String(decoding: event.name, as: UTF8.self), number: number, byteCount: bytes.count,
            at: now.milliseconds)
        self.heard[event.member.id, default: []].append(heard)
    }

    /// What may leave now, with whom it is for; all of it leaves.
    func collect(_ now: Instant, byteCountMax: Int = 1 << 20) -> [(bytes: [UInt8], target: DatagramTarget)] {
        var runs: ContiguousArray<DatagramRun> = []
        machine.collect(into: &runs, byteCountMax: byteCountMax, now: now)
        var datagrams: [(bytes: [UInt8], target: DatagramTarget)] = []
        for run in runs { for index in 0..<run.count { datagrams.append((Array(run[index]), run.target)) } }
        machine.sent(datagrams.count, now: now)
        return datagrams
    }
}
