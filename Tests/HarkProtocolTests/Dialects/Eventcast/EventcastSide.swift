import HarkProtocol
import HarkWire

/// A member of a group without a network: what it is told becomes lines, what it sends becomes arrays.
final class EventcastSide {
    struct Sent: Equatable {
        let target: DatagramTarget
        let bytes: [UInt8]
    }

    let address: DatagramAddress
    private(set) var machine: EventcastMachine
    var now = Instant(milliseconds: 1_000)
    /// Milliseconds since 1970 at the start of its clock.
    var dateStart: Int64 = 1_763_690_000_000
    /// What it was told, in order: `event name(arguments) from id`, `joined id`, `lost id 1`, `refused reason`.
    private(set) var told: [String] = []
    private(set) var refusals: [GroupRefusal] = []
    private(set) var lossCount = 0
    /// The name and the arguments of each event.
    private(set) var events: [(name: String, cbor: [UInt8])] = []

    init(
        _ id: String, _ address: DatagramAddress, cipher: (any EventcastCipher)? = nil, seed: UInt64 = 1,
        isRunning: Bool = true, _ change: (inout EventcastSettings) -> Void = { _ in }
    ) {
        self.address = address
        var settings = EventcastSettings(id: id, host: Self.host(address), port: address.port, hostname: "vm")
        change(&settings)
        machine = EventcastMachine(settings: settings, cipher: cipher, seed: seed)
        if isRunning { start() }
    }

    /// A member on a host of its own.
    convenience init(
        _ number: Int, cipher: (any EventcastCipher)? = nil, _ change: (inout EventcastSettings) -> Void = { _ in }
    ) {
        let address = DatagramAddress(ipv4: 0x0A00_0000 + UInt32(number), port: 41_000)
        self.init("m\(number)", address, cipher: cipher, seed: UInt64(number), change)
    }

    static func host(_ address: DatagramAddress) -> String {
        [24, 16, 8, 0].map { "\(address.low >> $0 & 255)" }.joined(separator: ".")
    }

    var statistics: GroupStatistics { machine.statistics }
    var deadline: Instant? { machine.deadline }
    var members: [String] { machine.members.map(\.id).sorted() }
    var assemblyByteCount: Int { machine.assembly.byteCount }

    func start() {
        machine.start(now: now)
        hear()
    }

    func stop() {
        machine.stop(now: now)
        hear()
    }

    @discardableResult
    func emit(_ name: String, _ arguments: [Value] = []) -> GroupSendOutcome {
        emit(name, cbor: EventcastReading.cbor(arguments))
    }

    @discardableResult
    func emit(_ name: String, cbor: [UInt8]) -> GroupSendOutcome {
        let outcome = Array(name.utf8).withUnsafeBytes { name in
            cbor.withUnsafeBytes { cbor in
                machine.emit(name, cbor, now: now, date: dateStart + Int64(now.milliseconds))
            }
        }
        hear()
        return outcome
    }

    func receive(_ datagram: [UInt8], from source: DatagramAddress) {
        datagram.withUnsafeBytes { bytes in
            machine.receive(bytes, from: source, now: now)
            hear()
        }
    }

    /// Lets time pass to a moment, with all that is due until then.
    func advance(to moment: Instant) {
        while let deadline = machine.deadline, deadline <= moment {
            now = max(now, deadline)
            machine.advance(to: now)
            hear()
        }
        now = moment
        machine.advance(to: now)
        hear()
    }

    func advance(by milliseconds: UInt64) { advance(to: now + milliseconds) }

    /// All that it wants to send.
    func send(byteCountMax: Int = 1 << 20) -> [Sent] {
        var sent: [Sent] = []
        while true {
            let runs = collect(byteCountMax: byteCountMax)
            guard !runs.isEmpty else { return sent }
            for run in runs {
                for index in 0..<run.count { sent.append(Sent(target: run.target, bytes: Array(run[index]))) }
            }
            machine.sent(runs.reduce(0) { $0 + $1.count }, now: now)
        }
    }

    /// What it would send now. Valid until the next call.
    func collect(byteCountMax: Int = 1 << 20) -> ContiguousArray<DatagramRun> {
        var runs: ContiguousArray<DatagramRun> = []
        machine.collect(into: &runs, byteCountMax: byteCountMax, now: now)
        return runs
    }

    func sent(_ count: Int) { machine.sent(count, now: now) }

    /// What it was told since the last call.
    func takeTold() -> [String] {
        defer { told = [] }
        return told
    }

    private func hear() {
        while let effect = machine.nextEffect() { told.append(describe(effect)) }
    }

    private func describe(_ effect: GroupEffect) -> String {
        switch effect {
        case .event(let event):
            var reader = CBORReader(event.arguments)
            var values: [String] = []
            while !reader.isAtEnd, let value = try? reader.readValue() { values.append("\(value)") }
            let name = String(decoding: event.name, as: UTF8.self)
            events.append((name, Array(event.arguments)))
            return "event \(name)(\(values.joined(separator: ", "))) from \(event.member.id)"
        case .joined(let member): return "joined \(member.id)"
        case .left(let member): return "left \(member.id)"
        case .lost(let loss):
            lossCount += 1
            return "lost \(loss.member.id) \(loss.datagramCount)"
        case .congestion: return "congestion"
        case .refused(let refusal):
            refusals.append(refusal)
            return "refused \(refusal.reason)"
        }
    }
}
