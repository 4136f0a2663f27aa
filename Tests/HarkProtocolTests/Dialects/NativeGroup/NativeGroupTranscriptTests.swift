import HarkProtocol
import HarkWire
import Testing

/// What a member makes of each kind of datagram in each of its states.
@Suite struct NativeGroupTranscriptTests {
    enum State: CaseIterable, Sendable { case stopped, running, leaving }

    /// A datagram of a member that was never heard before, and whose cookie is none.
    private static func datagram(_ kind: UInt8, for member: UInt64) -> [UInt8] {
        let body: [UInt8] =
            switch NativeGroupKind(rawValue: kind) {
            case .data: words(0, 0) + [0, 0, 3, 2, 0x61, 1]
            case .heartbeat: words(0, 0, 0, 1 << 32) + [1, 0, 0xE8, 3, 0, 0]
            case .request: words(member, 0) + [0, 0, 0, 0, 0, 1, 0] + words(0)
            case .report: words(member, 5) + [0, 0, 0, 0] + words(0)
            case .hello: words(member, 0, 0) + [0, 0, 0, 0]
            case .welcome: words(member) + [1, 0, 0, 0] + words(5, 0)
            case .goodbye: words(0, 0)
            case .parity, nil: words(0, 0)
            }
        return [0x48, 0x47, 1, kind, 7, 0, 0, 0] + words(9) + body
    }

    private static func words(_ words: UInt64...) -> [UInt8] {
        words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) } }
    }

    /// What it tells, and the kinds that it answers with.
    private static func expected(_ kind: UInt8, _ state: State) -> [String] {
        switch (NativeGroupKind(rawValue: kind), state) {
        case (_, .stopped): []
        case (.request, .running), (.request, .leaving), (.hello, .running): ["welcome"]
        case (.report, .running), (.report, .leaving): ["refused"]
        case (.data, .running): ["joined", "event"]
        case (.heartbeat, .running): ["joined"]
        case (.parity, .running), (nil, .running), (.parity, .leaving), (nil, .leaving): ["unknown"]
        case (.welcome, .running), (.goodbye, .running), (_, .leaving): []
        }
    }

    @Test(arguments: State.allCases, 0...31 as ClosedRange<UInt8>)
    func `each kind does in each state what the page says`(state: State, kind: UInt8) {
        var settings = NativeGroupSettings(group: 7)
        settings.flowControl = .slowestTagged
        var machine = NativeGroupMachine(settings, seed: 1)
        let now = Instant(milliseconds: 1_000)
        if state != .stopped { machine.start(now: now) }
        if state == .leaving { machine.stop(now: now) }
        Self.discard(&machine, now)
        var seen: [String] = []
        Self.datagram(kind, for: machine.sender).withUnsafeBytes { bytes in
            machine.receive(bytes, from: DatagramAddress(ipv4: 1, port: 1), now: now)
            while let effect = machine.nextEffect() { seen.append(Self.name(effect)) }
        }
        if machine.unknownKindCount > 0 { seen.append("unknown") }
        seen += Self.discard(&machine, now)
        #expect(seen == Self.expected(kind, state))
        #expect(machine.statistics.receivedDatagramCount == (state == .stopped ? 0 : 1))
    }

    private static func name(_ effect: GroupEffect) -> String {
        switch effect {
        case .event: "event"
        case .joined: "joined"
        case .left: "left"
        case .lost: "lost"
        case .congestion: "congestion"
        case .refused: "refused"
        }
    }

    /// Everything leaves.
    ///
    /// - Returns: the kinds.
    @discardableResult
    private static func discard(_ machine: inout NativeGroupMachine, _ now: Instant) -> [String] {
        var runs: ContiguousArray<DatagramRun> = []
        machine.collect(into: &runs, byteCountMax: 1 << 20, now: now)
        let kinds = runs.flatMap { run in (0..<run.count).map { run[$0][3] } }
        machine.sent(kinds.count, now: now)
        return kinds.map { kind in NativeGroupKind(rawValue: kind).map { "\($0)" } ?? "none" }
    }
}
