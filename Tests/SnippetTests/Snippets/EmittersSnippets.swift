import Hark

/// What `Emitters.md` shows.
@EventLoop
enum EmittersSnippets {
    static func listening(_ client: Client) {
        let subscription = client.on("tick") { (symbol: String, price: Double) in print(symbol, price) }
        client.once("ready") { print("ready") }
        client.prepend("tick") { (event: Event) in print("before all others: \(event.name)") }

        subscription.cancel()
        print(subscription.isActive, client.listenerCount(for: "tick"), client.eventNames)
        client.off("tick")
    }

    static func patterns(_ server: Server) throws {
        try server.on(matching: "orders.*") { event in print(event.name, try event.arguments) }
        try server.on(matching: "orders.>") { (id: Int) in print("some order: \(id)") }
    }

    static func echo(_ client: Client) {
        client.echo = .remoteThenLocal
        client.on("saved") { (id: Int) in print("saved \(id), by us or by others") }
        client.emit("saved", 7)
        client.send("saved", 8)
        client.localEmit("saved", 9)
    }

    static func failures(_ server: Server) {
        server.on(.error) { error in
            print("\(error.event ?? "-") from \(error.peer ?? "-"): \(error)")
        }
    }

    static func storms(_ client: Client) {
        client.on(.storm) { storm in
            print("\"\(storm.heard)\" is answered with \"\(storm.answer)\" \(storm.rate) times a second")
        }
    }

    static func slowedStorms() -> Client.Options {
        var options = Client.Options()
        options.stormPolicy = .throttle(to: 1_000)
        return options
    }

    static func changes(_ client: Client) {
        client.on(.newListener) { name in
            if client.listenerCount(for: name) == 0 { client.emit("subscribe", name) }
        }
        client.on(.removeListener) { name in
            if client.listenerCount(for: name) == 0 { client.emit("unsubscribe", name) }
        }
    }
}
