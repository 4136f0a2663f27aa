import Hark
import HarkTesting
import Testing

@Suite struct MemoryTransportTests {
    @Test(arguments: TransportTestKit.Check.allCases)
    func `a transport within the process keeps its promises`(_ check: TransportTestKit.Check) async throws {
        try await TransportTestKit(MemoryTransport(), on: .tcp("here", port: 0)).run(check)
    }

    @Test func `nodes of one process form a bus without sockets`() async throws {
        let memory = MemoryTransport()
        let hub = await Node(options: Self.options("hub", memory))
        let other = await Node(options: Self.options("other", memory))
        let endpoint = try await hub.listen(on: .tcp(port: 0))
        let numbers = hub.events("n")
        await other.connect(to: endpoint)
        try await other.waitFor(subscribers: 1, of: "n")
        other.emit("n", 7)
        for await event in numbers {
            #expect(try event.decode(Int.self) == 7)
            break
        }
        await other.end()
        await hub.end()
    }

    private static func options(_ id: String, _ transport: any Transport) -> Node.Options {
        var options = Node.Options(id: id)
        options.transport = transport
        return options
    }
}
