import Hark
import HarkTesting
import Testing

/// A conversation between two ends of ours, with a connection that is cut where a test says.
@EventLoop
final class UhuraScript {
    /// How many events the client emits; each is answered with two.
    static let pingCount = 6

    let simulation: Simulation
    let world: World
    let client: Client
    private(set) var pings: [Int] = []
    private(set) var pongs: [Int] = []
    private var peer: Peer?
    private(set) var errors: [HarkError] = []
    private var pending: [PendingAcknowledgement] = []

    init(_ simulation: Simulation, dialect: Dialect = .uhura, defersWork: Bool = false) async throws {
        self.simulation = simulation
        world = try await World(simulation) { $0.dialect = .uhura }
        client = world.client { $0.dialect = dialect }
        client.autoReconnect()
        world.server.on(.error) { [unowned self] in errors.append($0) }
        client.on(.error) { [unowned self] in errors.append($0) }
        world.server.onConnection { [unowned self] peer in
            self.peer = peer
            peer.on("ping") { [unowned self] (event: Event) in
                let n = try event.decode(Int.self)
                pings.append(n)
                if defersWork { deferWork(event) }
                peer.emit("pong", 2 * n)
                peer.emit("pong", 2 * n + 1)
                if n % 2 == 0 { try peer.data.set("theirs", n) }
            }
        }
        client.on("pong") { [unowned self] (n: Int) in pongs.append(n) }
    }

    /// The work for an event ends when another event has come.
    private func deferWork(_ event: Event) {
        pending.append(event.deferAcknowledgement())
        if pending.count > 2 { pending.removeFirst().acknowledge() }
    }

    func run() throws {
        client.connect()
        simulation.run(for: .milliseconds(30))
        for n in 0..<Self.pingCount {
            client.emit("ping", n)
            if n == 2 { try client.data.set("mine", "two") }
            if n == 4 { try client.data.set(["a": 1, "b": [2]]) }
            simulation.run(for: .milliseconds(n % 2 == 0 ? 3 : 20))
        }
        simulation.run(for: .seconds(5))
        for work in pending { work.acknowledge() }
        pending = []
        simulation.run(for: .seconds(5))
    }

    func close() {
        simulation.start { [client] in await client.close() }
        simulation.start { [world] in await world.server.close() }
        simulation.run(for: .seconds(30))
    }

    /// Nothing lost, nothing twice, all in order, everything acknowledged, and both sides know the same values.
    func check(_ place: String) throws {
        try #require(pings == Array(0..<Self.pingCount), "\(place)")
        try #require(pongs == Array(0..<2 * Self.pingCount), "\(place)")
        let peer = try #require(peer, "\(place)")
        try #require(client.statistics.acknowledged == Self.pingCount, "\(place)")
        try #require(peer.statistics.acknowledged == 2 * Self.pingCount, "\(place)")
        try #require(client.statistics.inFlight == 0 && peer.statistics.inFlight == 0, "\(place)")
        try #require(client.data.values == peer.data.values, "\(place)")
        try #require(client.data.get("mine") == "two" && client.data.get("b") == [2], "\(place)")
        try #require(client.data.get("theirs") == 4, "\(place)")
        try #require(client.data.get("sessionID")?.string == peer.id, "\(place)")
        try #require(!errors.contains { $0.code == .protocolViolation }, "\(place): \(errors)")
    }
}
