import Hark
import HarkTesting
import Testing

@EventLoop
struct MulticastGroupTests {
    private func refusal(_ change: (inout MulticastGroup.Options) -> Void) async throws -> HarkError.Code? {
        try await withSimulation { simulation in
            var options = simulation.groupOptions(port: 9000)
            change(&options)
            let group = MulticastGroup(options: options)
            do throws(HarkError) {
                try await group.start()
                return nil
            } catch {
                #expect(group.status == .stopped)
                return error.code
            }
        }
    }

    @Test func `a native group without a port is refused`() async throws {
        #expect(try await refusal { $0.port = nil } == .invalidOptions)
    }

    @Test func `dialects of connections are refused`() async throws {
        #expect(try await refusal { $0.dialect = .uhura } == .invalidOptions)
    }

    @Test(arguments: [0, 65_536, -1])
    func `what is no port is refused`(_ port: Int) async throws {
        #expect(try await refusal { $0.port = port } == .invalidOptions)
    }

    @Test(arguments: ["127.0.0.1", "localhost", "", "ff02::1 "])
    func `what is no group is refused`(_ group: String) async throws {
        #expect(try await refusal { $0.multicastMembership = group } == .invalidEndpoint)
    }

    @Test(arguments: ["0.0.0.0", "::"])
    func `any interface is the system's choice`(_ interface: String) async throws {
        let code = try await refusal {
            $0.multicastInterface = interface
            $0.environment = .live
            // Looked at after the interface, and before there are sockets.
            $0.peers = [.tcp(port: 1)]
        }
        #expect(code == .invalidEndpoint)
    }

    @Test(arguments: ["::", "here", "1.2.3"])
    func `an address of another family, or none, is refused`(_ address: String) async throws {
        #expect(try await refusal { $0.address = address } == .invalidEndpoint)
    }

    @Test func `an interface that is not there is refused`() async throws {
        let code = try await refusal {
            $0.multicastInterface = "nosuch0"
            $0.environment = .live
        }
        #expect(code == .invalidOptions)
    }

    @Test func `limits that make no sense are refused`() async throws {
        #expect(try await refusal { $0.multicastTtl = 256 } == .invalidOptions)
        #expect(try await refusal { $0.maxPayloadSize = 511 } == .invalidOptions)
        let code = try await refusal {
            $0.dialect = .eventcast
            $0.maxPayloadSize = 63
        }
        #expect(code == .invalidOptions)
        #expect(try await refusal { $0.messageTtl = .zero } == .invalidOptions)
        #expect(try await refusal { $0.id = "me" } == .invalidOptions)
        #expect(try await refusal { $0.reliability.byteRate = 0 } == .invalidOptions)
        #expect(try await refusal { $0.reliability.repairByteCount = 0 } == .invalidOptions)
        #expect(try await refusal { $0.reliability.reassemblyByteCount = -1 } == .invalidOptions)
    }

    @Test func `a peer list of names is refused`() async throws {
        #expect(try await refusal { $0.peers = [.udp("localhost", port: 1)] } == .invalidEndpoint)
        #expect(try await refusal { $0.peers = [.tcp(port: 1)] } == .invalidEndpoint)
    }

    @Test func `what is emitted while stopped reaches nobody but the member itself`() async throws {
        try await withSimulation { simulation in
            let group = MulticastGroup(options: simulation.groupOptions(dialect: .eventcast, port: 9000))
            var heard = 0
            group.on("a") { heard += 1 }
            #expect(group.emit("a") == .dropped(.stopped))
            #expect(heard == 1)
            #expect(group.statistics.dropped == [.stopped: 1])
        }
    }
}

// MARK: - Events

extension MulticastGroupTests {
    nonisolated static let dialects: [Dialect] = [.native, .eventcast]

    @Test(arguments: dialects)
    func `everyone on the group hears everyone, and itself as the dialect says`(_ dialect: Dialect) async throws {
        try await withSimulation { simulation in
            let groups = try await simulation.members(3, of: dialect)
            var heard: [String] = []
            for (index, group) in groups.enumerated() {
                group.on("a") { (n: Int) in heard.append("\(index) a \(n)") }
            }
            #expect(groups[0].emit("a", 7) == .written)
            simulation.run(for: .seconds(1))
            let others = ["1 a 7", "2 a 7"]
            #expect(heard.sorted() == (dialect == .eventcast ? ["0 a 7"] + others : others))
            #expect(groups[1].statistics.received == 1)
            #expect(groups[0].statistics.written == 1)
        }
    }

    @Test(arguments: dialects)
    func `an event says who has sent it`(_ dialect: Dialect) async throws {
        try await withSimulation { simulation in
            let groups = try await simulation.members(2, of: dialect)
            var senders: [MulticastGroup.Member] = []
            groups[1].onAny { event in senders += event.member.map { [$0] } ?? [] }
            groups[0].emit("a", "b", true)
            simulation.run(for: .seconds(1))
            #expect(senders.count == 1)
            #expect(senders == groups[1].members)
            #expect(senders.first?.id == groups[0].id)
        }
    }

    @Test(arguments: dialects)
    func `a listener answers, and an event of its own is not heard within another`(_ dialect: Dialect) async throws {
        try await withSimulation { simulation in
            let groups = try await simulation.members(2, of: dialect)
            var log: [String] = []
            groups[1].on("ping") { (n: Int) in
                groups[1].emit("pong", n)
                groups[1].localEmit("inner")
                log.append("ping")
            }
            groups[1].on("inner") { log.append("inner") }
            groups[0].on("pong") { (n: Int) in log.append("pong \(n)") }
            groups[0].emit("ping", 1)
            simulation.run(for: .seconds(1))
            #expect(log == ["ping", "inner", "pong 1"])
        }
    }

    @Test(arguments: dialects)
    func `a long message arrives whole through a lossy network`(_ dialect: Dialect) async throws {
        try await withSimulation(seed: 3) { simulation in
            let groups = try await simulation.members(3, of: dialect)
            var sizes: [Int] = []
            for group in groups[1...] { group.on("long") { (bytes: RawSpan) in sizes.append(bytes.byteCount) } }
            simulation.network.conditions.lossOneIn = 20
            groups[0].emit("long", Bytes([UInt8](repeating: 7, count: 100_000)))
            simulation.run(for: .seconds(20))
            #expect(sizes == [100_000, 100_000])
        }
    }

    @Test(arguments: dialects)
    func `what is emitted between start and bound leaves when the sockets are there`(_ dialect: Dialect) async throws {
        try await withSimulation { simulation in
            let listener = try await simulation.members(1, of: dialect)[0]
            var heard = 0
            listener.on("early") { heard += 1 }
            let group = MulticastGroup(options: simulation.groupOptions(dialect: dialect, port: 9000))
            var isStarted = false
            group.start { isStarted = true }
            #expect(group.status == .starting)
            #expect(group.emit("early") == .queued)
            #expect(group.statistics.inFlight == 1)
            simulation.run(for: .seconds(1))
            #expect(isStarted)
            #expect(heard == 1)
            #expect(group.statistics.inFlight == 0)
        }
    }

    @Test(arguments: dialects)
    func `starting and stopping may be repeated, in any order`(_ dialect: Dialect) async throws {
        try await withSimulation { simulation in
            let groups = try await simulation.members(2, of: dialect)
            var heard = 0
            var life: [String] = []
            groups[1].on("a") { heard += 1 }
            groups[0].on(.start) { life.append("start") }
            groups[0].on(.stop) { life.append("stop") }
            try await simulation.run {
                try await groups[0].start()
                await groups[0].stop()
                await groups[0].stop()
            }
            #expect(groups[0].emit("a") == .dropped(.stopped))
            try await simulation.run {
                try await groups[0].start()
                try await groups[0].start()
            }
            simulation.run(for: .milliseconds(100))
            groups[0].emit("a")
            simulation.run(for: .seconds(1))
            #expect(heard == 1)
            #expect(life == ["stop", "start"])
        }
    }

    #if Encryption
        @Test func `a start that is called off leaves the next one alone`() async throws {
            try await withSimulation { simulation in
                // Its key is made on another thread: so long it is starting.
                var options = simulation.groupOptions(port: 9000)
                options.encryption = .passphrase("correct horse")
                let group = MulticastGroup(options: options)
                var life: [String] = []
                group.on(.start) { life.append("start") }
                let calledOff = Signal()
                group.on(.error) { error in
                    life.append(error.code == .cancelled ? "cancelled" : "\(error)")
                    calledOff.fire()
                }
                // Several, so that one of them has its key before the last one has.
                for _ in 0..<3 {
                    group.start { life.append("never") }
                    simulation.settle()
                    await group.stop()
                    #expect(group.status == .stopped)
                }
                try await group.start()
                await calledOff.wait(for: 3)
                #expect(life.sorted() == ["cancelled", "cancelled", "cancelled", "start"])
                #expect(group.status == .started)
                #expect(group.emit("a") == .written)
            }
        }
    #endif

    @Test(arguments: dialects)
    func `closing is for good`(_ dialect: Dialect) async throws {
        try await withSimulation { simulation in
            let group = try await simulation.members(1, of: dialect)[0]
            var isTold = false
            group.on(.close) { isTold = true }
            try await simulation.run { await group.close() }
            #expect(isTold)
            #expect(group.status == .closed)
            #expect(group.emit("a") == .dropped(.closed))
            await #expect(throws: HarkError.self) { try await group.start() }
        }
    }

    @Test func `without a port one is drawn, kept and told`() async throws {
        try await withSimulation { simulation in
            let group = MulticastGroup(options: simulation.groupOptions(dialect: .eventcast))
            var told: [Endpoint] = []
            group.on(.listening) { told.append($0) }
            #expect(group.port == nil)
            try await simulation.run { try await group.start() }
            let port = try #require(group.port)
            #expect((49_152...65_535).contains(port))
            #expect(told == [.udp("224.0.0.1", port: port)])
            try await simulation.run {
                await group.stop()
                try await group.start()
            }
            #expect(group.port == port)
        }
    }

    @Test(arguments: dialects)
    func `groups on one port do not hear each other`(_ dialect: Dialect) async throws {
        try await withSimulation { simulation in
            let one = try await simulation.members(1, of: dialect)[0]
            let other = try await simulation.members(1, of: dialect) { $0.multicastMembership = "239.9.9.9" }[0]
            var heard = 0
            other.onAny { _ in heard += 1 }
            one.emit("a")
            simulation.run(for: .seconds(1))
            #expect(heard == 0)
        }
    }

    @Test(arguments: dialects)
    func `who is not among the sources is not heard, and counted`(_ dialect: Dialect) async throws {
        try await withSimulation { simulation in
            let speaker = try await simulation.members(1, of: dialect)[0]
            let deaf = try await simulation.members(1, of: dialect) { $0.sources = ["192.0.2.1"] }[0]
            let choosy = try await simulation.members(1, of: dialect) {
                $0.sources = ["192.0.2.1", "127.0.0.1"]
                $0.multicastInterface = "all"
            }[0]
            var heard: [String] = []
            deaf.on("a") { heard.append("deaf") }
            choosy.on("a") { heard.append("choosy") }
            speaker.emit("a")
            simulation.run(for: .seconds(1))
            #expect(heard == ["choosy"])
            guard case .object(let statistics) = deaf.consoleStatistics else { throw SimulationFailure() }
            #expect("\(statistics["refused"] ?? .null)".contains("source"))
        }
        let names = ["localhost", "239.1.1.1", "::1"]
        for name in names { #expect(try await refusal { $0.sources = [name] } == .invalidEndpoint) }
    }

    private struct SimulationFailure: Error {}

    @Test func `members that are listed hear each other without multicast`() async throws {
        try await withSimulation { simulation in
            let ports = [9001, 9002, 9003]
            let peers = ports.map { Endpoint.udp("127.0.0.1", port: $0) }
            var heard: [Int] = []
            var groups: [MulticastGroup] = []
            for port in ports {
                var options = simulation.groupOptions(port: port)
                options.peers = peers
                let group = MulticastGroup(options: options)
                group.on("a") { (n: Int) in heard.append(n) }
                try await simulation.run { try await group.start() }
                groups.append(group)
            }
            simulation.run(for: .milliseconds(200))
            simulation.network.conditions.lossOneIn = 10
            for n in 0..<100 {
                groups[0].emit("a", n)
                simulation.run(for: .milliseconds(1))
            }
            simulation.run(for: .seconds(5))
            #expect(heard.sorted() == (0..<100).flatMap { [$0, $0] })
        }
    }

    @Test(arguments: dialects)
    func `who waits for an acknowledgement is told that there is none`(_ dialect: Dialect) async throws {
        try await withSimulation { simulation in
            let group = try await simulation.members(1, of: dialect)[0]
            let error = await #expect(throws: HarkError.self) {
                try await simulation.run { try await group.emit("a", ack: .within(.seconds(1))) }
            }
            #expect(error?.code == .unsupported)
        }
    }

    @Test func `what waits is told as congestion, and drains`() async throws {
        try await withSimulation { simulation in
            let groups = try await simulation.members(2, of: .native) {
                $0.reliability.byteRate = 1_000_000
                $0.limits.queueByteCount = 100_000
                $0.limits.highWaterByteCount = 20_000
                $0.limits.lowWaterByteCount = 10_000
            }
            var drains = 0
            var heard = 0
            groups[0].on(.drain) { drains += 1 }
            groups[1].on("a") { (_: RawSpan) in heard += 1 }
            var results: [EmitResult] = []
            for _ in 0..<300 { results.append(groups[0].emit("a", Bytes([UInt8](repeating: 1, count: 1_000)))) }
            let dropped = results.count { $0 == .dropped(.queueFull) }
            #expect(dropped > 0)
            simulation.run(for: .seconds(2))
            #expect(drains == 1)
            #expect(heard == 300 - dropped)
            #expect(groups[0].statistics.dropped == [.queueFull: dropped])
            #expect(groups[0].statistics.written == heard)
        }
    }

    @Test func `a member that comes and goes is told`() async throws {
        try await withSimulation { simulation in
            let groups = try await simulation.members(1, of: .native)
            var life: [String] = []
            groups[0].on(.memberJoined) { life.append("joined \($0.id)") }
            groups[0].on(.memberLeft) { life.append("left \($0.id)") }
            let other = try await simulation.members(1, of: .native)[0]
            let id = try #require(groups[0].members.first?.id)
            try await simulation.run { await other.stop() }
            simulation.run(for: .seconds(1))
            #expect(life == ["joined \(id)", "left \(id)"])
            #expect(groups[0].members.isEmpty)
        }
    }
}
