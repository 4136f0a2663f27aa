import Hark
import HarkTesting
import Testing

/// One server, a few clients, and what happens to them at random.
@EventLoop
final class SweptWorld {
    /// What one client has sent, and what has come of it.
    private final class Account {
        var accepted: [Int] = []
        /// Of those, the ones with a time to live.
        var brief: Set<Int> = []
        var dropped = 0
        /// What a wait for an acknowledgement has said about events.
        var confirmed: [Int] = []
        var gaveWay: [Int] = []
        var emitted = 0
        var heard: [Int] = []
        /// Events that were awaited, and waited for room: begun, ended with an acknowledgement, ended, heard.
        var patient = 0
        var patientConfirmed: [Int] = []
        var patientEnded = 0
        var patientHeard: [Int] = []
        var flashes: [Int] = []
        var asked = 0
        var answered = 0
        var broadcasts: [Int] = []
    }

    private let simulation: Simulation
    private let world: World
    private var clients: [Client] = []
    private var accounts: [Account] = []
    private var broadcastCount = 0
    private var flashCount = 0

    /// Why events were dropped here.
    var dropReasons: Set<DropReason> {
        Set(clients.flatMap(\.statistics.dropped.keys)).union(world.server.statistics.dropped.keys)
    }

    private var isCutPlanned = false

    init(_ simulation: Simulation) async throws {
        self.simulation = simulation
        world = try await World(simulation) { $0.sessions.expiry = .seconds(36_000) }
        let accounts = { [unowned self] in self.accounts }
        world.server.on("event") { (event: Event) in
            let (client, n, _) = try event.decode(Int.self, Int.self, Bytes.self)
            accounts()[client].heard.append(n)
        }
        world.server.on("patient") { (client: Int, n: Int, _: Bytes) in accounts()[client].patientHeard.append(n) }
        try world.server.reply(to: "double") { (n: Int) in 2 * n }
        try world.server.reply(to: "later") { (n: Int) async throws -> Int in 2 * n }
        for _ in 0..<Int.random(in: 1...3, using: &simulation.random) { add() }
    }

    private func add() {
        let client = world.client {
            $0.limits.queueByteCount = 16 << 10
            $0.limits.highWaterByteCount = 8 << 10
            $0.limits.lowWaterByteCount = 2 << 10
            $0.limits.overflow = OverflowPolicy.allCases.randomElement(using: &simulation.random) ?? .dropNewest
            $0.limits.slowConsumer = SlowConsumerPolicy.allCases.randomElement(using: &simulation.random) ?? .drop
            $0.timing.slowConsumer = .milliseconds(Int.random(in: 0..<5_000, using: &simulation.random))
        }
        let account = Account()
        client.on("news") { (n: Int) in account.broadcasts.append(n) }
        client.on("flash") { (n: Int) in account.flashes.append(n) }
        clients.append(client)
        accounts.append(account)
        client.connect()
    }

    func run() async throws {
        for _ in 0..<Int.random(in: 20...80, using: &simulation.random) { try await act() }
        try await calmDown()
        for (index, account) in accounts.enumerated() { try check(account, index) }
        try await simulation.run { [clients, world] in
            for client in clients { await client.close() }
            await world.server.close()
        }
        try #require(world.server.peers.isEmpty)
        for account in accounts {
            try #require(account.answered == account.asked, "a request without an end")
            try #require(account.patientEnded == account.patient, "a wait for room without an end")
        }
        try #require(world.server.statistics.isBalanced)
    }

    // MARK: Chance

    private func act() async throws {
        let index = Int.random(in: 0..<clients.count, using: &simulation.random)
        switch Int.random(in: 0..<13, using: &simulation.random) {
        case 12: emitPatiently(index)
        case 0...3: emit(index)
        case 4...5: ask(index)
        case 6: broadcast()
        case 7: cut()
        case 8:
            simulation.network.partition()
            simulation.run(for: .milliseconds(Int.random(in: 0..<30_000, using: &simulation.random)))
            simulation.network.heal()
        case 9 where simulation.random.isOne(in: 4):
            let client = clients[index]
            simulation.start { await client.close() }
        default:
            simulation.run(for: .milliseconds(Int.random(in: 0..<500, using: &simulation.random)))
        }
    }

    private func emit(_ index: Int) {
        let account = accounts[index]
        for _ in 0..<Int.random(in: 1...20, using: &simulation.random) {
            let size = Int.random(in: 0..<200, using: &simulation.random)
            let load = Bytes([UInt8](repeating: 7, count: size))
            account.emitted += 1
            let ttl: Duration? =
                simulation.random.isOne(in: 4)
                ? .milliseconds(Int.random(in: 1..<20_000, using: &simulation.random)) : nil
            if ttl != nil { account.brief.insert(account.emitted) }
            if simulation.random.isOne(in: 8) {
                emitWaiting(index, load, ttl)
                continue
            }
            let client = clients[index]
            let result =
                ttl.map { client.emit("event", index, account.emitted, load, ttl: $0) }
                ?? client.emit("event", index, account.emitted, load)
            switch result {
            case .written, .queued: account.accepted.append(account.emitted)
            case .dropped, .noListeners: account.dropped += 1
            }
        }
    }

    private func emitWaiting(_ index: Int, _ load: Bytes, _ ttl: Duration?) {
        let account = accounts[index]
        let client = clients[index]
        let number = account.emitted
        let refused = Self.refusedCount(client)
        client.emit("event", index, number, load, ack: .within(.seconds(20)), ttl: ttl) { error in
            switch error?.code {
            case nil: account.confirmed.append(number)
            case .limit?, .expired?: account.gaveWay.append(number)
            default: break
            }
        }
        if Self.refusedCount(client) == refused { account.accepted.append(number) } else { account.dropped += 1 }
    }

    private static func refusedCount(_ client: Client) -> Int {
        let dropped = client.statistics.dropped
        return dropped[.queueFull, default: 0] + dropped[.paused, default: 0]
            + (client.isClosed ? dropped[.closed, default: 0] : 0)
    }

    private func emitPatiently(_ index: Int) {
        let account = accounts[index]
        let client = clients[index]
        for _ in 0..<Int.random(in: 1...30, using: &simulation.random) {
            account.patient += 1
            let n = account.patient
            let load = Bytes([UInt8](repeating: 7, count: Int.random(in: 0..<1_000, using: &simulation.random)))
            let deadline = Duration.milliseconds(Int.random(in: 1..<60_000, using: &simulation.random))
            simulation.start {
                do {
                    try await client.emit("patient", index, n, load, ack: .within(deadline))
                    account.patientConfirmed.append(n)
                } catch {}
                account.patientEnded += 1
            }
        }
    }

    private func ask(_ index: Int) {
        let account = accounts[index]
        let client = clients[index]
        let name = simulation.random.isOne(in: 2) ? "double" : "later"
        account.asked += 1
        let n = account.asked
        simulation.start {
            let answer: Int? = try? await client.request(name, n, within: .seconds(2))
            account.answered += 1
            #expect(answer == nil || answer == 2 * n)
        }
    }

    private func broadcast() {
        broadcastCount += 1
        world.server.emit("news", broadcastCount)
        flashCount += 1
        let ttl = Int.random(in: 1..<10_000, using: &simulation.random)
        world.server.emit("flash", flashCount, ttl: .milliseconds(ttl))
    }

    private func cut() {
        guard let cable = simulation.network.cables.randomElement(using: &simulation.random) else { return }
        if simulation.random.isOne(in: 2) {
            cable.cut()
        } else {
            let side = simulation.random.isOne(in: 2) ? SimulatedCable.Side.dialler : .acceptor
            let more = Int.random(in: 1...500, using: &simulation.random)
            isCutPlanned = true
            cable.cut(after: cable.byteCount(from: side) + more, from: side)
        }
    }

    // MARK: What must hold

    /// Lets everything that can arrive do so.
    private func calmDown() async throws {
        simulation.network.conditions = .ordinary
        // Cuts that were planned and have not happened would come in the middle of the calm.
        if isCutPlanned { simulation.network.cutAll() }
        simulation.run(for: .seconds(120))
        for client in clients where !client.isClosed {
            try #require(client.isConnected, "a client that has not come back")
            try await simulation.run { let _: Int = try await client.request("double", 1) }
        }
        simulation.run(for: .seconds(1))
    }

    private func check(_ account: Account, _ index: Int) throws {
        try #require(account.accepted.count + account.dropped == account.emitted)
        let (heard, news) = (account.heard, account.broadcasts)
        try checkOrder(account, clients[index].options.limits.overflow)
        try #require(zip(news, news.dropFirst()).allSatisfy { $1 == $0 + 1 }, "news repeated, out of order or lost")
        let statistics = clients[index].statistics
        let patientCount = statistics.emitted - account.emitted
        try #require(patientCount >= account.patientHeard.count && patientCount <= account.patient)
        try #require(statistics.isBalanced)
        let heardCount = heard.count + account.patientHeard.count
        try #require(statistics.acknowledged <= heardCount)
        try #require(heardCount <= statistics.acknowledged + statistics.unknown, "heard what was never sent")
        guard !clients[index].isClosed else { return }
        try #require(statistics.acknowledged == heardCount && statistics.unknown == 0)
        let dropped = statistics.dropped
        let gaveWay = [DropReason.overflow, .superseded, .expired].reduce(0) { $0 + dropped[$1, default: 0] }
        try #require(heardCount + gaveWay == account.accepted.count + patientCount, "lost")
        try #require(Self.refusedCount(clients[index]) == account.dropped)
        try #require(news.isEmpty || news.last == broadcastCount, "news lost")
    }

    private func checkOrder(_ account: Account, _ overflow: OverflowPolicy) throws {
        let heard = account.heard
        let all = Set(heard)
        try #require(account.confirmed.allSatisfy(all.contains), "acknowledged and not heard")
        try #require(all.isDisjoint(with: account.gaveWay), "heard and said to be dropped")
        try #require(Self.isAscending(heard), "repeated or out of order")
        try #require(Self.isAscending(account.patientHeard), "repeated or out of order")
        try #require(Self.isAscending(account.flashes), "repeated or out of order")
        try #require(Set(account.patientConfirmed).isSubset(of: account.patientHeard), "acknowledged and not heard")
        try #require(all.isSubset(of: account.accepted), "heard though it was dropped")
        guard overflow == .dropNewest || overflow == .close else { return }
        let kept = account.accepted.filter { !account.brief.contains($0) }
        let keptHeard = heard.filter { !account.brief.contains($0) }
        try #require(keptHeard == Array(kept.prefix(keptHeard.count)), "with a gap")
    }

    private static func isAscending(_ numbers: [Int]) -> Bool {
        zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
    }
}
