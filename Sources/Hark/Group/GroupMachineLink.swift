internal import HarkProtocol
internal import HarkWire

/// A stay in a group with the machine of a dialect.
final class GroupMachineLink<Machine: GroupMachine & ~Copyable>: GroupLink {
    @exclusivity(unchecked) private var machine: Machine

    init(_ machine: consuming Machine, _ group: MulticastGroup, hearing sources: [DatagramAddress]) {
        self.machine = machine
        super.init(group, hearing: sources)
    }

    override func machineStarts(_ now: Instant) { machine.start(now: now) }

    override func machineStops(_ now: Instant) { machine.stop(now: now) }

    override func machineEmits(
        _ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, _ now: Instant, _ date: Int64
    ) -> GroupSendOutcome {
        machine.emit(name, arguments, now: now, date: date)
    }

    override func machineReceives(
        _ datagram: UnsafeRawBufferPointer, from source: DatagramAddress, _ now: Instant
    ) {
        machine.receive(datagram, from: source, now: now)
    }

    override func nextEffect() -> GroupEffect? { machine.nextEffect() }

    override var deadline: Instant? { machine.deadline }

    override func machineAdvances(to now: Instant) { machine.advance(to: now) }

    override func machineCollects(
        into runs: inout ContiguousArray<DatagramRun>, byteCountMax: Int, _ now: Instant
    ) {
        machine.collect(into: &runs, byteCountMax: byteCountMax, now: now)
    }

    override func machineSent(_ count: Int, _ now: Instant) { machine.sent(count, now: now) }

    override var id: String { machine.id }

    override var sequence: String { machine.sequence }

    override var members: [GroupMember] { machine.members }

    override var statistics: GroupStatistics {
        var statistics = machine.statistics
        if foreignCount > 0 { statistics.refused[.source, default: 0] += foreignCount }
        return statistics
    }
}
