import Hark
import HarkTesting
import HarkWire
import Logging
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct MulticastGroupConsoleTests {
    private var options: MulticastGroup.Options {
        var options = MulticastGroup.Options(dialect: .eventcast)
        options.multicastInterface = "127.0.0.1"
        options.logger = World.silence
        options.repl = true
        return options
    }

    /// What the console says to each line, without the prompt.
    private func answers(_ telnet: ConsoleTalk, _ lines: [String]) async throws -> [String] {
        var answers: [String] = []
        for line in lines {
            let before = telnet.text
            try telnet.send(line + "\r\n")
            while telnet.text == before || !telnet.text.hasSuffix("> ") {
                await telnet.peer.heard.wait(for: telnet.peer.heard.count + 1)
            }
            let said = telnet.text.dropFirst(before.count).split(separator: "\r\n").dropLast()
            answers.append(said.joined(separator: "\n"))
        }
        return answers
    }

    @Test func `the telnet session of the Eventcast document: the console outlives stop`() async throws {
        let group = MulticastGroup(options: options)
        var log: [String] = []
        group.on("news") { (n: Int) in log.append("news \(n)") }
        group.on(.replConnected) { _ in log.append("connected") }
        group.on(.replDisconnected) { _ in log.append("disconnected") }
        try await group.start()
        let telnet = try await ConsoleTalk.dial(try #require(group.consoleEndpoint))
        await telnet.hears("> ")
        #expect(telnet.text.hasPrefix("eventcast@"))
        let port = try #require(group.port)
        #expect(
            try await answers(
                telnet,
                [
                    "eventcast.status", "eventcast.port", #"eventcast.emit("news", 7)"#,
                    #"eventcast.localEmit("news", 8)"#,
                    #"eventcast.listeners("news")"#, "eventcast.multicastTtl", "eventcast.stop()", "eventcast.status",
                    #"eventcast.emit("news", 9)"#, "eventcast.start()", "eventcast.status", "eventcast.port",
                ]) == [
                    #""started""#, "\(port)", "true", "true", "1", "1", "true", #""stopped""#, #""dropped: stopped""#,
                    "true", #""started""#, "\(port)",
                ])
        #expect(log == ["connected", "news 7", "news 8", "news 9"])
        await group.close()
        await telnet.peer.ended.wait()
        #expect(group.consoleEndpoint == nil)
    }

    @Test func `levels are read and set by component, and what is unknown changes nothing`() async throws {
        let group = MulticastGroup(options: options)
        try await group.start()
        let telnet = try await ConsoleTalk.dial(try #require(group.consoleEndpoint))
        await telnet.hears("> ")
        let said = try await answers(
            telnet,
            [
                #"eventcast.logLevel("debug")"#, #"eventcast.logLevel("repl", "error")"#,
                #"eventcast.logLevel("nosuch", "error")"#, #"eventcast.logLevel("loud")"#, "eventcast.logLevel()",
            ])
        #expect(said[2].contains("there are eventcast and repl"))
        #expect(said[3].contains("trace, debug, info"))
        #expect(group.logLevel() == ["eventcast": .debug, "repl": .error])
        #expect(throws: HarkError.self) { try group.logLevel("nosuch", .error) }
        group.logLevel(.notice)
        #expect(group.logLevel() == ["eventcast": .notice, "repl": .notice])
        await group.close()
    }

    @Test func `commands show who is there, what is listened to and what has become of events`() async throws {
        try await withSimulation { simulation in
            var options = simulation.groupOptions(port: 9000)
            options.console = .unix("/console")
            let group = MulticastGroup(options: options)
            group.on("a") {}
            try group.on(matching: "b.*") { (_: Event) in }
            let other = MulticastGroup(options: simulation.groupOptions(port: 9000))
            try await simulation.run {
                try await group.start()
                try await other.start()
            }
            simulation.run(for: .seconds(1))
            other.emit("a")
            simulation.run(for: .seconds(1))
            #expect(group.consolePeers.count == 1)
            #expect(
                group.consoleSubscriptions == [
                    ConsoleSubscription("a", listenerCount: 1),
                    ConsoleSubscription("b.*", isPattern: true, listenerCount: 1),
                ])
            guard case .object(let statistics) = group.consoleStatistics else {
                Issue.record("the statistics are no object")
                return
            }
            #expect(statistics["received"] == 1)
            #expect(statistics["lost"] == 0)
        }
    }

    @Test(arguments: ["0.0.0.0", "192.0.2.1", "example.org", ""])
    func `a console that others could reach is refused, and nothing starts`(_ host: String) async throws {
        var options = self.options
        options.replHost = host
        let group = MulticastGroup(options: options)
        do throws(HarkError) {
            try await group.start()
            Issue.record("it started")
        } catch {
            #expect(error.code == .invalidOptions)
        }
        #expect(group.status == .stopped)
        await group.close()
    }

    @Test func `a start that fails leaves no console`() async throws {
        try await withSimulation { simulation in
            var options = simulation.groupOptions(port: 9000)
            options.console = .unix("/console")
            options.sources = ["nobody"]
            let group = MulticastGroup(options: options)
            await #expect(throws: HarkError.self) { try await group.start() }
            #expect(group.consoleEndpoint == nil)
            await group.close()
        }
    }

    @Test func `nothing at the console tells the secret`() async throws {
        try await withSimulation { simulation in
            var options = simulation.groupOptions(dialect: .eventcast, port: 9000)
            options.encryption = .legacyAES128(passphrase: "sesame")
            let group = MulticastGroup(options: options)
            for (name, member) in group.consoleMembers {
                guard case .property(let read) = member else { continue }
                #expect(!"\(read())".contains("sesame"), "\(name)")
            }
        }
    }
}
