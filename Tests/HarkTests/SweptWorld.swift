import Hark
import HarkTesting
import Testing

/// One server, a few clients, and what happens to them at random.
@EventLoop
final class SweptWorld {
    /// What one client has sent, and what has come of it.
    private final class Account {
        var accepted: [Int] = []
        var dropped = 0
        var emitted = 0
        var heard: [Int] = []
        var asked = 0
        var answered = 0
        var broadcasts: [Int] = []
    }

    private let simulation: Simulation
    private let world: World
    private var clients: [Client] = []
    private var accounts: [Account] = []
    private var broadcastCount = 0
    private var isCutPlanned = false

    init(_ simulation: Simulation) async throws {
        self.simulation = simulation
        world = try await World(simulation) { $0.sessions.expiry = .seconds(36_000) }
        let accounts = { [unowned self] in self.accounts }
        world.server.on("event") { (event: Event) in
            let (client, n, _) = try event.decode(Int.self, Int.self, Bytes.self)
            accounts()[client].heard.append(n)
        }
        try world.server.reply(to: "double") { (n: Int) in 2 * n }
        try world.server.reply(to: "later") { (n: Int) async throws -> Int in 2 * n }
        for _ in 0..<Int.random(in: 1...3, using: &simulation.random) { add() }
    }

    private func add() {
        let client = world.client {
            $0.limits.queueByteCount = 16 << 10
            $0.limits.highWaterByteCount = 8 << 10
            $0.limits.lowWaterByteCount = 2 << 10
        }
        let account = Account()
        client.on("news") { (n: Int) in account.broadcasts.append(n) }
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
        for account in accounts { try #require(account.answered == account.asked, "a request without an end") }
    }

    // MARK: Chance

    private func act() async throws {
        let index = Int.random(in: 0..<clients.count, using: &simulation.random)
        switch Int.random(in: 0..<12, using: &simulation.random) {
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
            switch clients[index].emit("event", index, account.emitted, load) {
            case .written, .queued: account.accepted.append(account.emitted)
            case .dropped, .noListeners: account.dropped += 1
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
        try #require(heard == Array(account.accepted.prefix(heard.count)), "repeated, out of order or with a gap")
        try #require(zip(news, news.dropFirst()).allSatisfy { $1 == $0 + 1 }, "news repeated, out of order or lost")
        let statistics = clients[index].statistics
        try #require(statistics.emitted == account.emitted)
        try #require(statistics.isBalanced)
        try #require(statistics.acknowledged <= heard.count)
        try #require(heard.count <= statistics.acknowledged + statistics.unknown, "heard what was never sent")
        guard !clients[index].isClosed else { return }
        try #require(statistics.acknowledged == heard.count && statistics.unknown == 0)
        try #require(heard.count == account.accepted.count, "lost")
        try #require(news.isEmpty || news.last == broadcastCount, "news lost")
    }
}
