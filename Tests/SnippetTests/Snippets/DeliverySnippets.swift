import Hark

/// Writes to a disk, somewhere else.
@EventLoop
protocol Journal {
    func append(_ event: Event, isStored: @escaping @EventLoop () -> Void)
}

/// What `Delivery.md` shows.
@EventLoop
enum DeliverySnippets {
    static func result(_ client: Client) {
        if case .dropped(let reason) = client.emit("reading", 21.5) {
            print("not sent: \(reason)")
        }
    }

    static func producer(_ client: Client, _ lines: [String]) async throws {
        for line in lines {
            if client.emit("line", line) != .written { try await client.drained() }
        }
    }

    static func redelivered(_ server: Server) {
        server.onAny { event in
            if event.isRedelivered { print("\(event.name) may have been here before") }
        }
    }

    static func pending(_ server: Server, _ journal: any Journal) {
        server.onAny { event in
            let pending = event.deferAcknowledgement()
            journal.append(event) { pending.acknowledge() }
        }
    }

    static func acknowledged(_ client: Client) async throws {
        try await client.emit("order", 7, ack: .within(.seconds(5)))
        client.emit("order", 8, ack: .within(.seconds(5))) { error in
            if let error { print("not processed: \(error)") }
        }
    }

    static func overflow() -> Client.Options {
        var options = Client.Options()
        options.limits.queueByteCount = 256 << 10
        options.limits.overflow = .latestPerName
        return options
    }

    static func slow(_ server: Server) {
        server.on(.slowConsumer) { slow in
            print("\(slow.peer ?? "") is behind by \(slow.queuedEventCount) events, \(slow.queuedByteCount) bytes")
        }
    }

    static func brief(_ client: Client) async throws {
        client.emit("position", 52.5, 13.4, ttl: .seconds(2))
        try await client.emit("order", 7, ack: .within(.seconds(5)), ttl: .seconds(2))
    }

    static func question(_ client: Client) async throws {
        client.emit("order", 7)
        let isStored: Bool = try await client.request("isStored", 7)
        print(isStored)
    }
}
