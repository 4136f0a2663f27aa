import HarkProtocol
import HarkWire
import Testing

/// Members of a group, and a network between them that does what it is told, always the same with the same seed.
final class NativeGroupNetwork {
    private struct Flight {
        let receiver: Int
        let source: DatagramAddress
        let bytes: [UInt8]
    }

    private(set) var members: [NativeGroupMember] = []
    var conditions: NativeGroupConditions
    private(set) var now = Instant(milliseconds: 1_000)
    private var random: SplitMix
    private var flights: [UInt64: [Flight]] = [:]
    /// Links on which datagrams are being lost in a row.
    private var isBursting: [Int: Bool] = [:]
    /// Datagrams that were sent, each once however many have received it.
    private(set) var sentCount = 0
    /// Sees every datagram: sender and bytes.
    var watch: (Int, [UInt8]) -> Void = { _, _ in }

    init(
        _ count: Int, _ conditions: NativeGroupConditions = NativeGroupConditions(), seed: UInt64 = 1,
        ciphers: [(any GroupCipher)?] = [],
        _ settings: (Int) -> NativeGroupSettings = { _ in .init(group: 7) }
    ) {
        self.conditions = conditions
        random = SplitMix(seed: seed)
        for index in 0..<count {
            members.append(
                NativeGroupMember(
                    index, settings(index), cipher: index < ciphers.count ? ciphers[index] : nil, seed: random.next()))
        }
    }

    func start() { for member in members { member.start(now) } }

    /// Lets time pass, a millisecond at a time.
    func run(_ milliseconds: UInt64, each: (UInt64) -> Void = { _ in }) {
        for step in 0..<milliseconds {
            each(step)
            turn()
            now = now + 1
        }
    }

    private func turn() {
        for flight in flights.removeValue(forKey: now.milliseconds) ?? [] {
            members[flight.receiver].receive(flight.bytes, from: flight.source, now)
        }
        for member in members {
            member.advance(now)
            for (bytes, target) in member.collect(now) { send(bytes, target, from: member) }
        }
    }

    private func send(_ bytes: [UInt8], _ target: DatagramTarget, from member: NativeGroupMember) {
        sentCount += 1
        watch(member.index, bytes)
        for other in members where other !== member {
            if case .address(let address) = target, address != other.address { continue }
            deliver(bytes, from: member, to: other)
        }
    }

    /// Puts a datagram on its way that no member has sent.
    func inject(_ bytes: [UInt8], from source: DatagramAddress, to receiver: Int) {
        flights[now.milliseconds + conditions.delay, default: []].append(
            Flight(receiver: receiver, source: source, bytes: bytes))
    }

    private func deliver(_ bytes: [UInt8], from member: NativeGroupMember, to other: NativeGroupMember) {
        if conditions.isCut(member.index, other.index) || conditions.isLost(member.index, other.index, bytes) { return }
        if isLostByChance(member.index * members.count + other.index) { return }
        var bytes = bytes
        if chance(conditions.corruption), !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        for _ in 0..<(chance(conditions.duplication) ? 2 : 1) {
            let jitter = conditions.jitter > 0 ? UInt64.random(in: 0...conditions.jitter, using: &random) : 0
            flights[now.milliseconds + max(conditions.delay + jitter, 1), default: []].append(
                Flight(receiver: other.index, source: member.address, bytes: bytes))
        }
    }

    /// Losses in rows: as many as asked for in all, `burst` at a time on average.
    private func isLostByChance(_ link: Int) -> Bool {
        guard conditions.loss > 0 else { return false }
        let isLost = isBursting[link] == true
        let end = 1 / max(conditions.burst, 1)
        let begin = end * conditions.loss / (1 - conditions.loss)
        let result = isLost ? !chance(end) : chance(begin)
        isBursting[link] = result
        return result
    }

    private func chance(_ probability: Double) -> Bool {
        probability > 0 && Double.random(in: 0..<1, using: &random) < probability
    }

    // MARK: What has come of it

    /// All that each member has emitted was delivered to every other one or reported lost; nothing twice, all in order.
    ///
    /// - Parameter isComplete: whether nothing may be lost.
    func expectAll(isComplete: Bool = true, sourceLocation: SourceLocation = #_sourceLocation) {
        for sender in members {
            for receiver in members where receiver !== sender {
                let heard = receiver.heard[sender.id] ?? []
                let numbers = heard.map(\.number)
                let isAscending = zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
                #expect(isAscending, "out of order, or twice", sourceLocation: sourceLocation)
                let lost = receiver.lost[sender.id] ?? 0
                #expect(
                    heard.count + lost == sender.emitted.count,
                    "\(sender.index) to \(receiver.index): \(heard.count) heard, \(lost) lost",
                    sourceLocation: sourceLocation)
                if isComplete { #expect(lost == 0, sourceLocation: sourceLocation) }
                #expect(receiver.damagedCount == 0, sourceLocation: sourceLocation)
                for event in heard where event.number < sender.emitted.count {
                    let wanted = sender.emitted[Int(event.number)].byteCount
                    #expect(event.byteCount == wanted, sourceLocation: sourceLocation)
                }
            }
        }
    }

    /// How long each event took, in milliseconds, from all to all.
    func latencies() -> [UInt64] {
        members.flatMap { sender in
            members.filter { $0 !== sender }.flatMap { receiver in
                (receiver.heard[sender.id] ?? []).map { $0.at - sender.emitted[Int($0.number)].at }
            }
        }
    }
}
