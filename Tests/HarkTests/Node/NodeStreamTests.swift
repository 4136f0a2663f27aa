import Hark
import HarkTesting
import Testing

@Suite struct NodeStreamTests {
    @Test func `what one node hears is written to another bus`() async throws {
        let memory = MemoryTransport()
        let nodes = await ["a", "b", "c", "d"].nodes(memory)
        let first = try await nodes[0].listen(on: .tcp(port: 0))
        let second = try await nodes[2].listen(on: .tcp(port: 0))
        await nodes[1].connect(to: first)
        await nodes[3].connect(to: second)
        // From the bus of a and b to that of c and d.
        let passing = Task {
            for await event in nodes[1].stream { try nodes[2].stream.write(event) }
        }
        let heard = nodes[3].events("n")
        try await nodes[2].waitFor(subscribers: 1, of: "n")
        try await nodes[0].waitFor(subscribers: 1, of: "n")
        nodes[0].emit("n", 1, "two")
        for await event in heard {
            #expect(try event.arguments == [.int(1), .string("two")])
            break
        }
        passing.cancel()
        for node in nodes { await node.end() }
    }
}

extension [String] {
    /// Nodes of these ids.
    @EventLoop
    fileprivate func nodes(_ transport: any Transport) -> [Node] {
        map { id in
            var options = Node.Options(id: id)
            options.transport = transport
            return Node(options: options)
        }
    }
}
