import Hark

/// A server that answers pings and adds numbers.
enum PongRole {
    @EventLoop
    static func play(_ endpoint: Endpoint) async throws {
        let server = Server()
        server.onConnection { peer in
            peer.on("ping") { (number: Int) in
                DemoRole.say("ping \(number) arrived, emits pong \(number)")
                peer.emit("pong", number)
            }
        }
        try server.reply(to: "sum") { (a: Int, b: Int) in a + b }
        DemoRole.say("listening on \(try await server.listen(on: endpoint))")
    }
}
