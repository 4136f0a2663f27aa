import Hark
import HarkTesting
import Logging
import Testing

/// What `MigratingFromEventcast.md` shows works as it says.
@EventLoop
struct EventcastSnippetTests {
    private func pair(
        _ simulation: Simulation, _ options: MulticastGroup.Options = .init(dialect: .eventcast, port: 9000)
    ) async throws -> (MulticastGroup, MulticastGroup) {
        var options = options
        options.environment = simulation.environment
        let (first, second) = (MulticastGroup(options: options), MulticastGroup(options: options))
        try await simulation.run {
            try await first.start()
            try await second.start()
        }
        return (first, second)
    }

    @Test func `two members in one process, as the original's readme begins`() async throws {
        try await withSimulation { simulation in
            let options = simulation.groupOptions(dialect: .eventcast, port: 9000)
            var heard: [String] = []
            let ec1 = MulticastGroup(options: options)
            ec1.start {}
            ec1.on("myevent") { (text: String) in heard.append(text) }

            let ec2 = MulticastGroup(options: options)
            ec2.start {}
            #expect(ec2.emit("myevent", "hello") == .queued)
            simulation.run(for: .seconds(1))
            #expect(heard == ["hello"])
        }
    }

    @Test func `what is emitted ahead of close arrives`() async throws {
        try await withSimulation { simulation in
            let (sender, receiver) = try await pair(simulation)
            var heard: [String] = []
            receiver.on("myevent") { (text: String) in heard.append(text) }
            try await simulation.run {
                sender.emit("myevent", "hello")
                await sender.close()
            }
            simulation.run(for: .seconds(1))
            #expect(heard == ["hello"])
        }
    }

    @Test func `emit reaches everybody, send the others, localEmit the member itself`() async throws {
        try await withSimulation { simulation in
            let (sender, receiver) = try await pair(simulation)
            var own: [Int] = []
            var others: [Int] = []
            sender.on("tick") { (n: Int) in own.append(n) }
            receiver.on("tick") { (n: Int) in others.append(n) }
            EventcastSnippets.emitting(sender)
            simulation.run(for: .seconds(1))
            #expect(own == [1, 3])
            #expect(others == [1, 2])
        }
    }

    @Test func `a stopped member is heard by itself only`() async throws {
        try await withSimulation { simulation in
            let (sender, receiver) = try await pair(simulation)
            var own: [Int] = []
            var others: [Int] = []
            sender.on("tick") { (n: Int) in own.append(n) }
            receiver.on("tick") { (n: Int) in others.append(n) }
            try await simulation.run { try await EventcastSnippets.awaited(sender) }
            simulation.run(for: .seconds(1))
            #expect(own == [1, 2])
            #expect(others == [1])
            #expect(sender.statistics.dropped == [.stopped: 1])
        }
    }

    @Test func `start and stop call back, and their events are fired`() async throws {
        try await withSimulation { simulation in
            let group = MulticastGroup(options: simulation.groupOptions(dialect: .eventcast, port: 9000))
            var life: [String] = []
            EventcastSnippets.life(group)
            group.on(.start) { life.append("start") }
            group.on(.stop) { life.append("stop") }
            EventcastSnippets.calledBack(group)
            simulation.run(for: .seconds(1))
            #expect(life == ["start", "stop"])
            #expect(group.status == .stopped)
        }
    }

    @Test(arguments: Simulation.seeds(5))
    func `a long event with lost segments arrives, repaired`(seed: UInt64) async throws {
        try await withSimulation(seed: seed) { simulation in
            let (sender, receiver) = try await pair(simulation)
            var sizes: [Int] = []
            receiver.on("picture") { (picture: RawSpan) in sizes.append(picture.byteCount) }
            simulation.network.conditions.lossOneIn = 50
            EventcastSnippets.segmented(sender, receiver)
            simulation.run(for: .seconds(10))
            #expect(sizes == [100_000])
            #expect(sender.traffic.repairedDatagramCount > 0)
            #expect(receiver.traffic.lostEventCount == 0)
        }
    }

    @Test func `a name of the library's own is refused, and an acknowledgement too`() async throws {
        try await withSimulation { simulation in
            let (sender, _) = try await pair(simulation)
            for name in ["__ec_retx", "error", "start", "stop"] {
                #expect(sender.emit(name) == .dropped(.reservedName))
            }
            let error = await #expect(throws: HarkError.self) {
                try await simulation.run { try await sender.emit("tick", ack: .within(.seconds(1))) }
            }
            #expect(error?.code == .unsupported)
        }
    }

    @Test func `levels are chosen for all components, or for one`() async throws {
        try await withSimulation { simulation in
            let (group, _) = try await pair(simulation)
            #expect(group.logLevel() == ["eventcast": .info, "repl": .info])
            try EventcastSnippets.logLevels(group)
            #expect(group.logLevel() == ["eventcast": .debug, "repl": .error])
            #expect(throws: HarkError.self) { try group.logLevel("nobody", .info) }
            #expect(group.logLevel() == ["eventcast": .debug, "repl": .error])
        }
    }

    @Test func `every event can be heard with its sender`() async throws {
        try await withSimulation { simulation in
            let (sender, receiver) = try await pair(simulation)
            EventcastSnippets.everyMessage(receiver)
            var senders: [String?] = []
            receiver.onAny { event in senders.append(event.member?.id) }
            sender.emit("tick", 1)
            receiver.localEmit("tick", 2)
            simulation.run(for: .seconds(1))
            #expect(senders == [nil, sender.id])
        }
    }

    #if Encryption
        @Test func `members with one passphrase hear each other, and take nothing that is plain`() async throws {
            try await withSimulation { simulation in
                let (sender, receiver) = try await pair(simulation, EventcastSnippets.encrypted())
                let stranger = MulticastGroup(options: simulation.groupOptions(dialect: .eventcast, port: 9000))
                try await simulation.run { try await stranger.start() }
                var heard: [String] = []
                var refused: [HarkError.Code] = []
                receiver.on("word") { (text: String) in heard.append(text) }
                stranger.on("word") { (_: String) in heard.append("stranger") }
                receiver.on(.error) { refused.append($0.code) }
                stranger.on(.error) { refused.append($0.code) }
                sender.emit("word", "secret")
                simulation.run(for: .seconds(1))
                stranger.send("word", "plain")
                simulation.run(for: .seconds(1))
                #expect(heard == ["secret"])
                #expect(refused == [.encryption, .encryption])
            }
        }
    #else
        @Test func `without the package's trait a passphrase is refused with what to do`() async throws {
            try await withSimulation { simulation in
                let error = await #expect(throws: HarkError.self) {
                    _ = try await pair(simulation, EventcastSnippets.encrypted())
                }
                #expect(error?.code == .unsupported)
                #expect(error?.message.contains("`swift build --traits Encryption`") == true)
            }
        }
    #endif
}
