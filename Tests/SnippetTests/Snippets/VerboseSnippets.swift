import Hark

/// What `MigratingFromVerbose.md` shows.
@EventLoop
enum VerboseSnippets {
    static func node() -> Node {
        let node = Node(options: Node.Options(dialect: .verbose))
        node.on("event") { (a: String, b: Int) in print(a, b) }
        node.listen(8000)
        node.connect(8001, "other.local")
        node.emit("event", "a", 1)
        return node
    }

    static func ending(_ node: Node) async {
        let peer = node.connect(8000)
        peer.end()
        await node.end()
    }

    static func options() -> Node.Options {
        var options = Node.Options(dialect: .verbose, id: "node-1", channel: "orders")
        options.timeout = .milliseconds(60_000)
        options.bufferTimeout = .milliseconds(900_000)
        options.bufferMax = 1_000
        options.acknowledgeInterval = .milliseconds(1_000)
        options.maxPeers = 1_000
        return options
    }

    static func transport(_ options: inout Node.Options) {
        options.transport = MemoryTransport()
    }

    static func stream(_ node: Node, _ other: Node) async throws {
        for await event in node.stream {
            try other.stream.write(event)
        }
    }

    static func lifecycle(_ node: Node) {
        node.on(.peer) { happening in
            switch happening.kind {
            case .connect: print("connected")
            case .peerid(let id): print("it is \(id)")
            case .initialized: print("events pass")
            case .acknowledge(let id): print("it has everything up to \(id)")
            case .disconnect(let error): print("lost: \(error)")
            case .reconnect: print("there again")
            case .backoff(let backoff): print("waits for \(backoff.delay)")
            case .timeout: print("silent for too long")
            case .drain: print("nothing waits any more")
            case .end: print("over")
            }
        }
    }
}
