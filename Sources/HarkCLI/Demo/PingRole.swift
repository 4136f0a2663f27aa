import Hark

/// A client that emits pings, one after the other.
enum PingRole {
    static let count = 3

    @EventLoop
    static func play(_ endpoint: Endpoint) async throws {
        let client = try await Client.connect(to: endpoint)
        DemoRole.say("connected to \(endpoint)")
        var number = 0
        var emitted = 0
        let ping = {
            number += 1
            DemoRole.say("emits ping \(number)")
            emitted = Nanoseconds.now
            client.emit("ping", number)
        }
        client.on("pong") { (answer: Int) in
            DemoRole.say("pong \(answer) arrived, \(Nanoseconds.text(Nanoseconds.now - emitted)) later")
            if number < count { ping() }
        }
        ping()
    }
}
