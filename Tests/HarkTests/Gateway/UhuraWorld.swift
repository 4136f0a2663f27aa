import Hark
import HarkTesting
import Testing

/// One server, a few clients, and whatever may happen to them.
@EventLoop
final class UhuraWorld {
    private struct Account {
        let client: Client
        var emitted = 0
        var answered = 0
        var heardThere: [Int] = []
        var heardHere: [Int] = []
    }

    private let simulation: Simulation
    private let world: World
    private var accounts: [Account] = []
    private var peers: [Int: Peer] = [:]
    private var pending: [PendingAcknowledgement] = []

    init(_ simulation: Simulation) async throws {
        self.simulation = simulation
        world = try await World(simulation) {
            $0.dialect = .uhura
            $0.sessions.expiry = .seconds(36_000)
        }
        world.server.onConnection { [unowned self] peer in
            peer.on("event") { [unowned self] (event: Event) in
                let (index, n, _) = try event.decode(Int.self, Int.self, String.self)
                peers[index] = peer
                accounts[index].heardThere.append(n)
                if simulation.random.isOne(in: 4) { pending.append(event.deferAcknowledgement()) }
            }
        }
        for index in 0..<Int.random(in: 1...3, using: &simulation.random) {
            let client = world.client { $0.dialect = .uhura }
            accounts.append(Account(client: client))
            client.on("answer") { [unowned self] (n: Int) in accounts[index].heardHere.append(n) }
            client.autoReconnect()
            client.connect()
        }
    }

    func run() async throws {
        for _ in 0..<60 {
            try act()
            simulation.run(for: .milliseconds(Int.random(in: 0..<200, using: &simulation.random)))
        }
        simulation.network.conditions = .ordinary
        simulation.network.cutAll()
        simulation.run(for: .seconds(200))
        for work in pending { work.acknowledge() }
        simulation.run(for: .seconds(60))
        for index in accounts.indices { try check(index) }
        for account in accounts { simulation.start { await account.client.close() } }
        simulation.start { [world] in await world.server.close() }
        simulation.run(for: .seconds(60))
    }

    private func act() throws {
        let index = Int.random(in: accounts.indices, using: &simulation.random)
        switch Int.random(in: 0..<12, using: &simulation.random) {
        case 0: simulation.network.cables.randomElement(using: &simulation.random)?.cut()
        case 1: accounts[index].client.reconnect()
        case 2: try accounts[index].client.data.set("key", accounts[index].emitted)
        case 3...5:
            guard let peer = peers[index] else { return }
            for _ in 0..<Int.random(in: 1...9, using: &simulation.random) {
                peer.emit("answer", accounts[index].answered)
                accounts[index].answered += 1
            }
        case 6 where !pending.isEmpty:
            pending.remove(at: Int.random(in: pending.indices, using: &simulation.random)).acknowledge()
        default:
            for _ in 0..<Int.random(in: 1...20, using: &simulation.random) {
                let text = String(repeating: "é", count: Int.random(in: 0..<90, using: &simulation.random))
                accounts[index].client.emit("event", index, accounts[index].emitted, text)
                accounts[index].emitted += 1
            }
        }
    }

    private func check(_ index: Int) throws {
        let account = accounts[index]
        try #require(account.client.isConnected)
        try #require(account.heardThere == Array(0..<account.emitted))
        try #require(account.heardHere == Array(0..<account.answered))
        try #require(account.client.statistics.acknowledged == account.emitted)
        guard let peer = peers[index] else { return }
        try #require(peer.statistics.acknowledged == account.answered)
        try #require(peer.data.values == account.client.data.values)
    }
}
