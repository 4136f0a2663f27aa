import HarkProtocol
import HarkWire

/// What holds for any bytes and calls: they are taken or refused, never more, and it does not matter how they are cut.
///
/// The first byte is the role and how a server answers, the second is how many bytes of plan follow; the rest arrives.
/// A plan is what happens after which effect: two bytes each. The fuzzer looks for bytes that break it.
enum NativeMachineInvariant {
    private struct Plan {
        let role: NativeMachine.Role
        let answer: NativeSide.Answer
        let hasMagic: Bool
        let isResumed: Bool
        /// Calls by the number of the effect they follow.
        let calls: [Int: UInt8]
    }

    /// What is broken, or nil.
    static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard bytes.count > 2 else { return nil }
        let plan = plan(bytes)
        let input = Array(bytes.dropFirst(2 + Int(bytes[1] & 15)))
        let whole = hear(input, plan, pieces: [input.count])
        if let violation = check(whole, input) { return violation }
        // Cut where the bytes themselves say, and everywhere.
        let pieces = input.prefix(64).map { Int($0 & 31) + 1 }
        for pieces in [pieces, [1]] {
            let cut = hear(input, plan, pieces: pieces)
            guard cut.transcript == whole.transcript else { return "other effects in pieces" }
            guard cut.machine.state == whole.machine.state else { return "another state in pieces" }
            if let violation = check(cut, input) { return violation }
        }
        return nil
    }

    private static func plan(_ bytes: UnsafeRawBufferPointer) -> Plan {
        var calls: [Int: UInt8] = [:]
        let steps = Array(bytes.dropFirst(2).prefix(Int(bytes[1] & 15)))
        for index in stride(from: 0, to: steps.count - 1, by: 2) { calls[Int(steps[index] & 63)] = steps[index + 1] }
        let answers: [NativeSide.Answer] = [.accept, .accept, .refuse, .wait]
        return Plan(
            role: bytes[0] & 1 == 0 ? .client : .server, answer: answers[Int(bytes[0] >> 1 & 3)],
            hasMagic: bytes[0] & 8 == 0, isResumed: bytes[0] & 16 != 0, calls: calls)
    }

    private static func hear(_ input: [UInt8], _ plan: Plan, pieces: [Int]) -> NativeSide {
        var limits = NativeLimits()
        limits.frameByteCount = 512
        limits.nameCount = 8
        let side = NativeSide(plan.role, answer: plan.answer, limits: limits)
        let id = NativeSide.serverNode
        if plan.isResumed {
            side.session = NativeSessionGrant(id: id, token: id, received: 0, outcome: .resumed)
        }
        side.calls = plan.calls
        side.open(
            NativeHello(
                node: NativeSide.clientNode,
                session: plan.isResumed ? NativeSessionClaim(id: id, token: id, received: 0) : nil))
        for _ in 0..<4 { side.emit("sent") }
        if plan.hasMagic { side.receive(NativeMagic.prefix + [NativeMagic.version]) }
        var start = 0
        var index = 0
        while start < input.count {
            let end = min(start + max(pieces.isEmpty ? 1 : pieces[index % pieces.count], 1), input.count)
            input[start..<end].withUnsafeBytes { side.receive($0) }
            start = end
            index += 1
        }
        return side
    }

    private static func check(_ side: NativeSide, _ input: [UInt8]) -> String? {
        if side.transcript.contains(where: { $0.hasPrefix("frameByteCount") }) { return side.transcript.last }
        if side.machine.incoming.names.count > side.machine.limits.nameCount { return "too many names" }
        if side.stashedByteCount > max(input.count, 8) { return "more stashed than arrived" }
        if side.violation != nil, side.machine.state != .closing, side.machine.state != .disconnected,
            side.calls.isEmpty
        {
            return "a violation, and the connection stays"
        }
        if side.machine.incoming.acknowledgedCount > side.machine.incoming.processedCount {
            return "too much acknowledged"
        }
        let events = side.transcript.count { $0.hasPrefix("event") }
        if side.calls.isEmpty, events != Int(side.machine.incoming.receivedCount) { return "miscounted events" }
        return side.control.byteCount > NativeLimits.controlByteCountMax + 4_096 ? "too much to say" : nil
    }
}
