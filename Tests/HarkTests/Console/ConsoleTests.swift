import Foundation
import Hark
import HarkTesting
import HarkWire
import Logging
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct ConsoleTests {
    private let target = ConsoleTargetDouble()

    private func console(_ environment: Environment = .live, logger: Logger = World.silence) -> Console {
        Console(target, environment: environment, logger: logger)
    }

    /// Runs `body` with a console over a unix socket and over both spellings of the loopback.
    private func overAllSockets(_ body: @EventLoop (Console) async throws -> Void) async throws {
        try await SocketPath.with { path in
            for endpoint in [Endpoint.unix(path), .tcp("localhost", port: 0), .tcp("127.0.0.1", port: 0)] {
                let console = console()
                try console.listen(on: endpoint)
                try await body(console)
                console.close()
            }
        }
    }

    // MARK: Sessions

    @Test func `a person with telnet gets a prompt, answers and prompts, and the console outlives what it stops`()
        async throws
    {
        try await overAllSockets { console in
            let telnet = try await ConsoleTalk.dial(try #require(console.endpoint))
            await telnet.hears("eventcast@vm> ")
            // As some versions of telnet do, unasked.
            try telnet.peer.send([255, 253, 3, 255, 251, 24, 255, 251, 31])
            for line in [
                "eventcast.start()", "eventcast.status", "eventcast.stop()", "eventcast.status", "emit news 1",
                "nonsense", "",
            ] {
                let before = telnet.peer.bytes.count
                try telnet.send(line + "\r\n")
                while telnet.peer.bytes.count == before || !telnet.text.hasSuffix("> ") {
                    await telnet.peer.heard.wait(for: telnet.peer.heard.count + 1)
                }
            }
            try telnet.send("quit\r\n")
            await telnet.peer.ended.wait()
            #expect(
                telnet.text == """
                    eventcast@vm> true\r
                    eventcast@vm> "started"\r
                    eventcast@vm> true\r
                    eventcast@vm> "stopped"\r
                    eventcast@vm> written\r
                    eventcast@vm> error: there is no command "nonsense"; help shows all there are\r
                    eventcast@vm> eventcast@vm>\u{20}
                    """)
            #expect(!target.isStarted)
            #expect(console.clientCount == 0)
        }
    }

    @Test func `a program gets a line for each request, in order`() async throws {
        target.consolePeers = [["id": "a"]]
        try await overAllSockets { console in
            let program = try await ConsoleTalk.dial(try #require(console.endpoint))
            try program.send(
                """
                {"command":"eventcast.stop","arguments":[],"id":1}
                {"command":"eventcast.fail","arguments":[],"id":2}
                {"command":"peers","id":3}
                {"command":"emit","arguments":["news",1,"a"],"id":4}
                {"command":"quit","id":5}

                """)
            await program.peer.ended.wait()
            #expect(
                program.text == """
                    {"ok":true,"result":true,"id":1}
                    {"ok":false,"error":"it has failed","code":"limit","id":2}
                    {"ok":true,"result":[{"id":"a"}],"id":3}
                    {"ok":true,"result":"written","id":4}
                    {"ok":true,"result":null,"id":5}

                    """)
        }
    }

    @Test func `who says all at once and ends hears all, and then the end`() async throws {
        try await overAllSockets { console in
            let program = try await ConsoleTalk.dial(try #require(console.endpoint))
            try program.send("eventcast.stop()\neventcast.id")
            program.peer.connection.shutdown()
            await program.peer.ended.wait()
            #expect(program.text == "eventcast@vm> true\r\neventcast@vm> \"0123456789abcdef\"\r\neventcast@vm> ")
            program.peer.connection.close()
        }
    }

    @Test(arguments: Simulation.seeds(SweepSize.of(quick: 10, full: 200, soak: 5_000)))
    func `however the network cuts it, the same is heard`(seed: UInt64) async throws {
        try await withSimulation(seed: seed, conditions: .narrow) { simulation in
            let console = console(simulation.environment)
            let endpoint = try console.listen(on: .unix("/console"))
            target.drained.fire()
            let program = try talk(simulation, endpoint)
            try program.send("{\"command\":\"drain\",\"id\":1}\n{\"command\":\"eventcast.id\",\"id\":2}\n")
            program.peer.connection.shutdown()
            try simulation.run { program.peer.ended.count > 0 }
            #expect(
                program.text
                    == "{\"ok\":true,\"result\":\"drained\",\"id\":1}\n"
                    + "{\"ok\":true,\"result\":\"0123456789abcdef\",\"id\":2}\n")
            simulation.run(for: .seconds(2))
            #expect(console.clientCount == 0)
            console.close()
        }
    }

    // MARK: Who may

    @Test(
        arguments: [
            .tcp(port: 0), .tcp("0.0.0.0", port: 0), .tcp("::", port: 0), .tcp("192.168.1.1", port: 0),
            .tcp("example.org", port: 0), .tcp("127.0.0.1.example.org", port: 0), .tcp("127.1", port: 0),
        ] as [Endpoint])
    func `where others than this machine could connect it does not listen`(endpoint: Endpoint) {
        let console = console()
        let error = #expect(throws: HarkError.self) { try console.listen(on: endpoint) }
        #expect(error?.code == .invalidOptions)
        #expect(error?.message.hasPrefix("the console does whatever it is told, and ") == true)
        #expect(console.endpoint == nil)
    }

    @Test func `its file is for its user, whatever the other files are`() async throws {
        try await SocketPath.with { path in
            let console = console(.live(fileMode: 0o666))
            try console.listen(on: .unix(path))
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            console.close()
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func `another user is told so and closed`() async throws {
        try await SocketPath.with { path in
            let other = Console(target, logger: World.silence, ownUserID: ProcessIdentity.userID + 1)
            try other.listen(on: .unix(path))
            let stranger = try await ConsoleTalk.dial(.unix(path))
            try stranger.send("emit attack\n")
            await stranger.peer.ended.wait()
            #expect(
                stranger.text
                    == #"{"ok":false,"error":"only the user who runs this program may use its console","#
                    + "\"code\":\"permission\",\"id\":null}\n")
            #expect(target.emitted.isEmpty && target.connected.isEmpty && other.clientCount == 0)
            stranger.peer.connection.close()
            other.close()
        }
    }

    @Test func `a hundred may come, sixteen stay, the others are told, and go`() async throws {
        try await withSimulation { simulation in
            let console = console(simulation.environment)
            let endpoint = try console.listen(on: .tcp("localhost", port: 0))
            let talks = try (0..<100).map { _ in try talk(simulation, endpoint) }
            simulation.run(for: .seconds(10))
            let staying = talks.filter { $0.peer.ended.count == 0 }
            #expect(staying.count == Console.connectionCountMax && console.clientCount == staying.count)
            #expect(staying.allSatisfy { $0.text == "eventcast@vm> " })
            let told = talks.filter { $0.peer.ended.count > 0 }
            #expect(told.allSatisfy { $0.text.contains("16 are connected, and no more may be; close one of them") })

            staying[0].peer.connection.close()
            try simulation.run { console.clientCount == Console.connectionCountMax - 1 }
            let next = try talk(simulation, endpoint)
            try simulation.run { next.text == "eventcast@vm> " }
            #expect(target.connected.count == 17 && target.disconnected.count == 1)
            console.close()
            #expect(target.disconnected.count == 17 && console.clientCount == 0)
            simulation.run(for: .seconds(2))
            #expect(next.peer.ended.count == 1)
        }
    }

    @Test func `who comes when it is full is told at once, others ten a second, and nobody waits for a free place`()
        async throws
    {
        try await withSimulation { simulation in
            let console = console(simulation.environment)
            let endpoint = try console.listen(on: .unix("/console"))
            let staying = try (0..<Console.connectionCountMax).map { _ in try talk(simulation, endpoint) }
            let others = try (0..<50).map { _ in try talk(simulation, endpoint) }
            simulation.run(for: .milliseconds(20))
            #expect(others.count { !$0.text.isEmpty } <= 4)
            #expect(others[0].text.contains("close one of them"))
            simulation.run(for: .seconds(2))
            #expect(20...24 ~= others.count { !$0.text.isEmpty })
            staying[0].peer.connection.close()
            staying[1].peer.connection.close()
            simulation.run(for: .milliseconds(500))
            #expect(others.count { $0.text == "eventcast@vm> " } == 2)
            #expect(console.clientCount == Console.connectionCountMax)
            simulation.run(for: .seconds(5))
            #expect(others.allSatisfy { !$0.text.isEmpty })
            // Closed and opened meanwhile, it accepts at once.
            _ = try talk(simulation, endpoint)
            simulation.run(for: .milliseconds(10))
            console.close()
            try console.listen(on: .unix("/console"))
            let next = try talk(simulation, endpoint)
            simulation.run(for: .milliseconds(10))
            #expect(console.clientCount == 1 && next.peer.ended.count == 0)
            console.close()
        }
    }

    // MARK: Listening

    @Test func `where it listens is known, and logged once`() async throws {
        let book = Logbook()
        let console = console(logger: book.logger)
        let endpoint = try console.listen(on: .tcp("localhost", port: 0))
        #expect(endpoint == console.endpoint && endpoint.port != 0)
        let again = #expect(throws: HarkError.self) { try console.listen(on: .tcp("localhost", port: 0)) }
        #expect(again?.code == .duplicate)
        #expect(book.entries == ["info | console listening | endpoint=\(endpoint)"])
        console.close()
        console.close()
        #expect(console.endpoint == nil)
        try console.listen(on: .tcp("localhost", port: 0))
        console.close()
    }

    @Test func `an address in use is refused with the reason`() async throws {
        let first = console()
        let endpoint = try first.listen(on: .tcp("127.0.0.1", port: 0))
        let second = console()
        let error = #expect(throws: HarkError.self) { try second.listen(on: endpoint) }
        #expect(error?.code == .addressInUse)
        first.close()
    }

    private func talk(_ simulation: Simulation, _ endpoint: Endpoint) throws -> ConsoleTalk {
        var talk: ConsoleTalk?
        _ = simulation.network.dial(endpoint) { talk = (try? $0.get()).map(ConsoleTalk.init) }
        try simulation.run { talk != nil }
        return try #require(talk)
    }
}
