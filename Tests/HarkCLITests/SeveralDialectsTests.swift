import Testing

/// Old and new programs at one address.
@Suite struct SeveralDialectsTests {
    @Test(arguments: [
        ["--dialect", "native,uhura,socket-ipc"], ["--dialect", "uhura,native", "--dialect", "socket-ipc"],
    ])
    func `clients of several dialects hear what is for all, and are heard by their names`(
        options: [String]
    ) async throws {
        let listen = try Command(arguments: ["listen", "unix://\(Command.socket())"] + options)
        let url = try await listen.nextURL()
        var clients: [Command] = []
        for dialect in ["native", "uhura", "socket-ipc"] {
            let client = try Command("connect", url, "--dialect", dialect)
            let peer = try await listen.nextPeer()
            _ = try await client.next("connect")
            try client.say(#"{"emit":"hello","args":["\#(dialect)"]}"#)
            #expect(
                try await listen.next("event")
                    == #"{"type":"event","name":"hello","args":["\#(dialect)"],"from":"\#(peer)"}"#)
            clients.append(client)
        }
        try listen.say(#"{"emit":"news","args":[1]}"#)
        for client in clients {
            #expect(try await client.next("event") == #"{"type":"event","name":"news","args":[1]}"#)
        }
    }
}
