import Hark
import HarkTesting
import Logging
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct StormTests {
    /// Some 20 000 answers a second, with the latencies of the simulation.
    private static let manyBalls = 150

    /// Some 2 000 answers a second.
    private static let fewBalls = 15

    /// A tenth of the default is a storm already, so that the simulation has less to do.
    private static func sensitive() -> PairOptions {
        var options = PairOptions()
        options.serverLimits.stormRate = 1_000
        options.clientLimits = options.serverLimits
        return options
    }

    /// What is told of storms.
    private final class Reports {
        var client: [Storm] = []
        var server: [Storm] = []
        var peer: [Storm] = []

        @EventLoop
        init(_ pair: Pair) {
            pair.client.on(.storm) { self.client.append($0) }
            pair.server.on(.storm) { self.server.append($0) }
            pair.peer.on(.storm) { self.peer.append($0) }
        }
    }

    /// Listeners of both sides that answer each other, and how often the client's has.
    @EventLoop
    private final class Rally {
        private let pair: Pair
        private(set) var count = 0
        private var isOver = false

        init(_ pair: Pair, isVolatile: Bool = false) {
            self.pair = pair
            pair.client.on("ping") {
                self.count += 1
                guard !self.isOver else { return }
                if isVolatile { pair.client.emitVolatile("pong") } else { pair.client.emit("pong") }
            }
            pair.server.on("pong") {
                if isVolatile { pair.peer.emitVolatile("ping") } else { pair.peer.emit("ping") }
            }
        }

        func serve(_ balls: Int) {
            isOver = false
            for _ in 0..<balls { pair.peer.emit("ping") }
        }

        func stop() { isOver = true }
    }

    // MARK: Over a link

    @Test func `two listeners that answer each other are told of once, on either side`() async throws {
        let book = Logbook()
        var options = PairOptions()
        options.logger = book.logger
        try await withPair(.simulated, options) { pair in
            let reports = Reports(pair)
            Rally(pair).serve(Self.manyBalls)
            pair.pass(.seconds(2))
            #expect(reports.client.map(\.heard) == ["ping"] && reports.client.map(\.answer) == ["pong"])
            #expect(reports.peer.map(\.heard) == ["pong"] && reports.peer.map(\.answer) == ["ping"])
            #expect(reports.server == reports.peer)
            #expect(reports.client.map(\.peer) == [nil] && reports.peer.map(\.peer) == [pair.peer.id])
            #expect((reports.client + reports.peer).allSatisfy { $0.rate > 10_000 })
            let warnings = book.entries.filter { $0.hasPrefix("warning | event storm") }
            #expect(warnings.count == 2)
            #expect(warnings.contains { $0.contains("answer=pong | heard=ping | rate=") })
        }
    }

    @Test func `it is told within a tenth of a second after the second for which it lasts`() async throws {
        try await withPair(.simulated) { pair in
            let reports = Reports(pair)
            Rally(pair).serve(Self.manyBalls)
            pair.pass(.seconds(1))
            #expect(reports.client.isEmpty && reports.peer.isEmpty)
            pair.pass(.milliseconds(100))
            #expect(reports.client.count == 1 && reports.peer.count == 1)
        }
    }

    @Test func `one that grows out of rare events is told as soon`() async throws {
        try await withPair(.simulated, Self.sensitive()) { pair in
            let reports = Reports(pair)
            let rally = Rally(pair)
            rally.serve(1)
            pair.pass(.milliseconds(3_470))
            rally.serve(Self.fewBalls)
            // The part of a second that is being counted began before.
            pair.pass(.milliseconds(950))
            #expect(reports.client.isEmpty && reports.peer.isEmpty)
            pair.pass(.milliseconds(150))
            #expect(reports.client.count == 1 && reports.peer.count == 1)
        }
    }

    @Test func `volatile events are counted as well`() async throws {
        try await withPair(.simulated, Self.sensitive()) { pair in
            let reports = Reports(pair)
            Rally(pair, isVolatile: true).serve(Self.fewBalls)
            pair.pass(.seconds(2))
            #expect(reports.client.count == 1 && reports.peer.count == 1)
        }
    }

    @Test func `the limits say how many for how long`() async throws {
        var options = PairOptions()
        options.serverLimits.stormRate = 500
        options.serverLimits.stormDuration = .milliseconds(200)
        options.clientLimits = options.serverLimits
        try await withPair(.simulated, options) { pair in
            let reports = Reports(pair)
            Rally(pair).serve(Self.manyBalls / 10)
            pair.pass(.milliseconds(200))
            #expect(reports.client.isEmpty && reports.peer.isEmpty)
            pair.pass(.milliseconds(100))
            #expect(reports.client.count == 1 && reports.peer.count == 1)
        }
    }

    @Test func `a side that does not want to know keeps it from both`() async throws {
        var options = Self.sensitive()
        options.clientLimits.stormRate = .max
        try await withPair(.simulated, options) { pair in
            let reports = Reports(pair)
            Rally(pair).serve(Self.fewBalls)
            pair.pass(.seconds(4))
            #expect(reports.client.isEmpty && reports.peer.isEmpty)
        }
    }

    @Test func `a storm that comes back is told again`() async throws {
        try await withPair(.simulated, Self.sensitive()) { pair in
            let reports = Reports(pair)
            let rally = Rally(pair)
            for round in 1...2 {
                rally.serve(Self.fewBalls)
                pair.pass(.seconds(2))
                #expect(reports.client.count == round && reports.peer.count == round)
                rally.stop()
                pair.pass(.seconds(5))
            }
        }
    }

    @Test(arguments: [false, true])
    func `another event between them makes it none`(_ isAnswered: Bool) async throws {
        try await withPair(.simulated, Self.sensitive()) { pair in
            let reports = Reports(pair)
            pair.client.on("other") { if isAnswered { pair.client.emit("another") } }
            pair.server.on("another") {}
            Rally(pair).serve(Self.fewBalls)
            for _ in 0..<8 {
                pair.pass(.milliseconds(500))
                pair.peer.emit("other")
            }
            #expect(reports.client.isEmpty && reports.peer.isEmpty)
        }
    }

    @Test func `another event now and then does not tell a storm twice`() async throws {
        var options = PairOptions()
        options.serverLimits.stormRate = 300
        options.clientLimits = options.serverLimits
        try await withPair(.simulated, options) { pair in
            let reports = Reports(pair)
            pair.client.on("other") { pair.client.emit("another") }
            pair.server.on("another") { pair.peer.emit("last") }
            Rally(pair).serve(5)
            for _ in 0..<4 {
                pair.pass(.milliseconds(1_500))
                for _ in 0..<20 {
                    pair.peer.emit("other")
                    pair.pass(.milliseconds(13))
                }
            }
            #expect(reports.client.count == 1 && reports.peer.count == 1)
        }
    }

    @Test func `a service that answers events with events is none`() async throws {
        try await withPair(.simulated, Self.sensitive()) { pair in
            let reports = Reports(pair)
            var got = 0
            pair.server.on("get") { pair.peer.emit("got") }
            pair.client.on("got") { got += 1 }
            for _ in 0..<400 {
                for _ in 0..<10 { pair.client.emit("get") }
                pair.pass(.milliseconds(5))
            }
            #expect(got > 3_900)
            #expect(reports.client.isEmpty && reports.peer.isEmpty)
        }
    }

    @Test func `less than ten thousand answers a second are none`() async throws {
        try await withPair(.simulated) { pair in
            let reports = Reports(pair)
            let rally = Rally(pair)
            rally.serve(Self.manyBalls / 5)
            pair.pass(.seconds(3))
            #expect(rally.count > 10_000)
            #expect(reports.client.isEmpty && reports.peer.isEmpty)
        }
    }

    @Test func `events without answers are none, however many`() async throws {
        try await withPair(.simulated) { pair in
            let reports = Reports(pair)
            var heard = 0
            pair.server.on("news") { heard += 1 }
            for _ in 0..<300 {
                for _ in 0..<200 { pair.client.emit("news") }
                pair.pass(.milliseconds(10))
            }
            #expect(heard > 50_000)
            #expect(reports.peer.isEmpty)
        }
    }

    @Test func `requests are never counted, ten times as often as would make a storm`() async throws {
        var options = PairOptions()
        options.serverLimits.stormRate = 200
        options.clientLimits = options.serverLimits
        try await withPair(.simulated, options) { pair in
            let reports = Reports(pair)
            var count = 0
            let end = Signal()
            try pair.server.reply(to: "ask") { (n: Int) in
                count += 1
                return n
            }
            let client = pair.client
            for _ in 0..<Self.fewBalls {
                EventLoop.task { while end.count == 0 { let _: Int? = try? await client.request("ask", 1) } }
            }
            pair.pass(.milliseconds(1_200))
            end.fire()
            #expect(count > 2_000)
            #expect(reports.client.isEmpty && reports.peer.isEmpty)
        }
    }

    @Test(arguments: [StormPolicy.report, .throttle(to: 5_000)])
    func `over sockets, too, and the process does all else meanwhile`(_ policy: StormPolicy) async throws {
        try await SocketPath.with { path in
            // A time that passes by a millisecond with every 20 answers, however long those take.
            let clock = VirtualClock()
            var serverOptions = Server.Options()
            serverOptions.environment.clock = clock
            serverOptions.logger = World.silence
            serverOptions.stormPolicy = policy
            var clientOptions = Client.Options()
            clientOptions.environment.clock = clock
            clientOptions.logger = World.silence
            let server = try await Server.listen(on: .unix(path), options: serverOptions)
            let told = Signal()
            server.on(.storm) { _ in told.fire() }
            var count = 0
            server.on("ping") {
                server.emit("pong")
                count += 1
                if count.isMultiple(of: 20) { clock.advance(by: .milliseconds(1)) }
            }
            let client = try await Client.connect(to: .unix(path), options: clientOptions)
            client.on("pong") { client.emit("ping") }
            client.emit("ping")
            await told.wait()
            // The storm goes on, or waits for the time to pass; in neither case does it stop anything else.
            try await withPair(.unix) { try await $0.sync() }
            let other = try await Client.connect(to: .unix(path), options: clientOptions)
            try server.reply(to: "ask") { 1 }
            let answer: Int = try await other.request("ask")
            #expect(answer == 1 && told.count == 1)
            await other.close()
            // What is slowed waits for a time that does not pass; closing does not.
            await server.close()
            await client.close()
        }
    }

    // MARK: Slowing

    @Test func `a storm is slowed when that is asked for, and told once for all that`() async throws {
        var options = PairOptions()
        options.stormPolicy = .throttle(to: 1_000)
        try await withPair(.simulated, options) { pair in
            let reports = Reports(pair)
            let rally = Rally(pair)
            rally.serve(Self.manyBalls)
            pair.pass(.seconds(5))
            let before = rally.count
            pair.pass(.seconds(20))
            #expect((5_000...22_000).contains(rally.count - before))
            #expect(reports.client.count == 1 && reports.peer.count == 1)
            // Requests take the same connection, and come through.
            try await pair.sync()
            #expect(pair.client.isConnected)
        }
    }

    @Test func `who is slowed to a standstill is not taken for dead`() async throws {
        var options = Self.sensitive()
        options.stormPolicy = .throttle(to: 1)
        options.serverTiming.heartbeat = .milliseconds(200)
        try await withPair(.simulated, options) { pair in
            var lossCount = 0
            pair.client.on(.disconnect) { _ in lossCount += 1 }
            let reports = Reports(pair)
            Rally(pair).serve(Self.fewBalls)
            pair.pass(.seconds(30))
            #expect(reports.client.count == 1 && lossCount == 0)
        }
    }

    @Test func `nothing is slowed when that is not asked for`() async throws {
        try await withPair(.simulated, Self.sensitive()) { pair in
            let rally = Rally(pair)
            rally.serve(Self.fewBalls)
            pair.pass(.seconds(2))
            let before = rally.count
            pair.pass(.seconds(2))
            #expect(rally.count - before > before * 9 / 10)
        }
    }
}
