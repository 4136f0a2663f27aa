import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct ReplyTests {
    private struct Refusal: Error, CustomStringConvertible {
        var description: String { "no thanks" }
    }

    /// The code of the error that `operation` throws in `pair`; nil when it throws none.
    private func failure(
        _ pair: Pair, _ operation: @escaping @EventLoop () async throws -> Void
    ) async throws -> HarkError? {
        try await pair.run {
            do {
                try await operation()
                return nil
            } catch let error as HarkError {
                return error
            }
        }
    }

    @Test(arguments: Wire.allCases)
    func `requests are answered, from either side, at once or later`(_ wire: Wire) async throws {
        try await withPair(wire) { pair in
            try pair.server.reply(to: "sum") { (a: Int, b: Int) in a + b }
            try pair.peer.reply(to: "mine") { "the peer's own" }
            try pair.server.reply(to: "mine") { "the server's" }
            try pair.client.reply(to: "slow") { (text: String) async throws -> String in
                let _: Int = try await pair.client.request("sum", 1, 1)
                return text + "!"
            }
            let answers = try await pair.run {
                let sum: Int = try await pair.client.request("sum", 2, 3)
                let mine: String = try await pair.client.request("mine")
                let slow: String = try await pair.peer.request("slow", "hello")
                let value = try await pair.client.request("sum", values: [.int(4), .int(5)])
                let back = try await pair.peer.request("slow", values: [.string("bye")])
                return "\(sum) \(mine) \(slow) \(value == .int(9)) \(back == .string("bye!"))"
            }
            #expect(answers == "5 the peer's own hello! true true")
        }
    }

    @Test func `a failing answer tells why`() async throws {
        try await withPair(.simulated) { pair in
            try pair.server.reply(to: "throws") { () throws -> Int in throw Refusal() }
            try pair.server.reply(to: "later") { () async throws -> Int in throw Refusal() }
            try pair.server.reply(to: "typed") { (n: Int) in n }
            for name in ["throws", "later"] {
                let error = try await failure(pair) { let _: Int = try await pair.client.request(name) }
                #expect(error?.code == .requestFailed && error?.message == "no thanks")
            }
            let nobody = try await failure(pair) { let _: Int = try await pair.client.request("nobody") }
            #expect(nobody?.code == .noResponder)
            let types = try await failure(pair) { let _: Int = try await pair.client.request("typed", "text") }
            #expect(types?.code == .arguments)
            pair.server.stopReplying(to: "typed")
            let stopped = try await failure(pair) { let _: Int = try await pair.client.request("typed", 1) }
            #expect(stopped?.code == .noResponder)
        }
    }

    @Test func `an answer of another type is an argument error`() async throws {
        try await withPair(.simulated) { pair in
            try pair.server.reply(to: "text") { "text" }
            await #expect(throws: ArgumentError.self) {
                try await pair.run { let _: Int = try await pair.client.request("text") }
            }
        }
    }

    @Test func `an answer that is too late finds nobody and harms nobody`() async throws {
        try await withSimulation { simulation in
            let server = Server(options: simulation.serverOptions())
            let client = Client(to: try await server.listen(on: .tcp(port: 0)), options: simulation.clientOptions())
            let gate = Signal()
            try server.reply(to: "slow") { () async throws -> Int in
                await gate.wait()
                return 1
            }
            try server.reply(to: "fast") { 2 }
            client.connect()
            try simulation.run { client.isConnected }
            let start = simulation.clock.now
            var code: HarkError.Code?
            try await simulation.run {
                do {
                    let _: Int = try await client.request("slow", within: .milliseconds(700))
                } catch let error as HarkError { code = error.code }
            }
            #expect(code == .timeout)
            #expect(simulation.clock.now - start == 700)
            gate.fire()
            let fast: Int = try await simulation.run { try await client.request("fast") }
            #expect(fast == 2)
        }
    }

    @Test func `requests end with their connection and are not sent again`() async throws {
        try await withSimulation { simulation in
            let server = Server(options: simulation.serverOptions())
            let client = Client(to: try await server.listen(on: .tcp(port: 0)), options: simulation.clientOptions())
            var asked = 0
            let never = Signal()
            try server.reply(to: "hang") { () async throws -> Int in
                asked += 1
                await never.wait()
                return 1
            }
            let early = HarkError.Code.disconnected
            #expect(await code { let _: Int = try await client.request("hang") } == early)
            client.connect()
            try simulation.run { client.isConnected }
            var codes: [HarkError.Code?] = []
            for _ in 0..<3 {
                simulation.start { codes.append(await code { let _: Int = try await client.request("hang") }) }
            }
            try simulation.run { asked == 3 }
            simulation.network.cutAll()
            try simulation.run { codes.count == 3 }
            #expect(codes == [.disconnected, .disconnected, .disconnected])
            try simulation.run { client.isConnected }
            simulation.run(for: .seconds(60))
            #expect(asked == 3)
            simulation.start { codes.append(await code { let _: Int = try await client.request("hang") }) }
            try simulation.run { asked == 4 }
            try await simulation.run { await client.close() }
            try simulation.run { codes.count == 4 }
            #expect(codes.last == .closed)
            #expect(await code { let _: Int = try await client.request("hang") } == .closed)
            try await simulation.run { await server.close() }
            never.fire()
        }
    }

    /// The code of the error that `operation` throws.
    private func code(_ operation: @EventLoop () async throws -> Void) async -> HarkError.Code? {
        do {
            try await operation()
            return nil
        } catch { return (error as? HarkError)?.code }
    }

    @Test func `a cancelled task stops waiting`() async throws {
        try await withPair(.tcp) { pair in
            let asked = Signal()
            let never = Signal()
            try pair.server.reply(to: "hang") { () async throws -> Int in
                asked.fire()
                await never.wait()
                return 1
            }
            let client = pair.client
            let task = Task { let _: Int = try await client.request("hang", within: .seconds(60)) }
            await asked.wait()
            task.cancel()
            await #expect(throws: HarkError.self) { try await task.value }
            never.fire()
            try await pair.sync()
        }
    }

    @Test func `a task that is cancelled already does not wait`() async throws {
        try await withPair(.tcp) { pair in
            let never = Signal()
            try pair.server.reply(to: "hang") { () async throws -> Int in
                await never.wait()
                return 1
            }
            let client = pair.client
            let task = Task { @EventLoop in
                withUnsafeCurrentTask { $0?.cancel() }
                let _: Int = try await client.request("hang", within: .seconds(60))
            }
            await #expect(throws: HarkError.self) { try await task.value }
            never.fire()
        }
    }

    @Test func `a name is answered by one`() async throws {
        let server = Server()
        try server.reply(to: "a") { 1 }
        let error = #expect(throws: HarkError.self) { try server.reply(to: "a") { 2 } }
        #expect(error?.code == .duplicate)
        server.stopReplying(to: "a")
        try server.reply(to: "a") { 3 }
        await server.close()
    }

    @Test func `a result that is too long or too deep is a failure`() async throws {
        var options = PairOptions()
        options.clientLimits.frameByteCount = 4_096
        try await withPair(.simulated, options) { pair in
            try pair.server.reply(to: "long") { Bytes([UInt8](repeating: 0, count: 10_000)) }
            try pair.server.reply(to: "deep") { () -> Value in
                var deep = Value.int(1)
                for _ in 0..<100 { deep = .array([deep]) }
                return deep
            }
            for name in ["long", "deep"] {
                let error = try await failure(pair) { let _: Value = try await pair.client.request(name) }
                #expect(error?.code == .requestFailed)
            }
            let tooLong = try await failure(pair) {
                let _: Int = try await pair.peer.request("x", Bytes([UInt8](repeating: 0, count: 10_000)))
            }
            #expect(tooLong?.code == .limit)
        }
    }

    @Test func `more requests than the limit are refused at once`() async throws {
        var options = PairOptions()
        options.clientLimits.requestCount = 2
        try await withPair(.simulated, options) { pair in
            let gate = Signal()
            try pair.server.reply(to: "hang") { () async throws -> Int in
                await gate.wait()
                return 1
            }
            let done = Signal()
            for _ in 0..<2 {
                EventLoop.task {
                    let answer: Int? = try? await pair.client.request("hang")
                    if answer == 1 { done.fire() }
                }
            }
            let third = try await failure(pair) { let _: Int = try await pair.client.request("hang") }
            #expect(third?.code == .limit)
            gate.fire()
            try await pair.run { await done.wait(for: 2) }
        }
    }
}
