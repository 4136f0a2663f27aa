import Hark

/// What the page about nodes shows.
enum NodesSnippets {
    @EventLoop
    static func first() async throws {
        let node = Node()
        try await node.listen(on: .tcp(port: 9000))
        node.connect(to: .tcp("db.local", port: 9000))
        node.on("hello") { (name: String) in print("hello, \(name)") }
        node.emit("hello", "world")
    }

    @EventLoop
    static func peers(_ node: Node) {
        let peer = node.connect(9000, "db.local")
        node.on(.peer) { happening in
            if case .backoff(let backoff) = happening.kind { print("not there; again in \(backoff.delay)") }
        }
        peer.end()
    }

    @EventLoop
    static func barrier(_ node: Node) async throws {
        try await node.waitFor(subscribers: 1, of: "hello")
        node.emit("hello", "world")
    }

    @EventLoop
    static func requests(_ node: Node) async throws {
        try node.reply(to: "sum") { (a: Int, b: Int) in a + b }
        let sum: Int = try await node.request("sum", 2, 3)
        let loads = try await node.survey("load", within: .seconds(1))
        print(sum, loads)
    }

    @EventLoop
    static func sharing(_ node: Node) throws {
        try node.on("job", group: "workers") { (number: Int) in print("job \(number)") }
        try node.join("berlin")
        node.emit("alarm", 3, in: "berlin")
    }

    @EventLoop
    static func latest(_ node: Node) throws {
        node.emitLatest("price.acme", 12.5)
        try node.onLatest("price.*") { event in print(event.name, try event.arguments) }
    }

    @EventLoop
    static func origin(_ node: Node) {
        node.on("order") { (event: Event) in
            print(event.origin ?? "this process", try event.arguments)
        }
    }
}
