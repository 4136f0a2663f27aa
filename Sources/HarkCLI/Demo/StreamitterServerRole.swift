import Hark

/// A server whose clients speak Streamitter: it answers pings, and hears its own pongs.
enum StreamitterServerRole {
    @EventLoop
    static func play(_ endpoint: Endpoint) async throws {
        var options = Server.Options()
        options.dialect = .streamitter
        let server = Server(options: options)
        server.onConnection { peer in
            peer.on("ping") { (number: Int) in
                DemoRole.say("ping \(number) arrived, emits its pong")
                peer.emit("pong", number)
            }
            peer.on("pong") { (number: Int) in DemoRole.say("hears its own pong \(number)") }
        }
        DemoRole.say("listening on \(try await server.listen(on: endpoint))")
    }
}
