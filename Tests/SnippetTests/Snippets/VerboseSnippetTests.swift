import Hark
import Testing

/// What the page about verbose shows, run between two nodes.
@Suite struct VerboseSnippetTests {
    @Test func `the examples of verbose run over a transport of one's own`() async throws {
        let (one, other) = await pair()
        let heard = other.events("event")
        one.emit("event", "a", 1)
        for await event in heard {
            let (a, b) = try event.decode(String.self, Int.self)
            #expect(a == "a" && b == 1)
            break
        }
        await one.end()
        await other.end()
    }

    @EventLoop private func pair() -> (Node, Node) {
        var options = VerboseSnippets.options()
        VerboseSnippets.transport(&options)
        let one = Node(options: options)
        options.id = "node-2"
        let other = Node(options: options)
        VerboseSnippets.lifecycle(one)
        other.listen(8000)
        one.connect(8000)
        return (one, other)
    }
}
