import Hark

/// Three members on one port, an event of many datagrams, and a look inside.
struct EventcastScene: Scene {
    let name = "eventcast"
    let promise = "Eventcast's wire: 100 kB for everyone on a group, of which a datagram is lost and repaired."

    func play(on stage: Stage) async throws -> String {
        let cast = ["--dialect", "eventcast", "--interface", "127.0.0.1", "--ttl", "0", "--end-with-input"]
        let console = stage.url
        let first = try stage.start("member 1", ["cast", "udp://239.255.72.84:0", "--console", console] + cast)
        let url = try await first.next("listening")["url"]?.string ?? ""
        stage.say(first, "process \(first.processID), draws a port: \(url)")
        let second = try stage.start("member 2", ["cast", url] + cast)
        _ = try await second.next("listening")
        stage.say(second, "process \(second.processID), on the same port")

        let sender = try stage.start("member 3", "demo-role", "eventcast-sender", url)
        let id = try await sender.nextLine()
        stage.say(sender, "process \(sender.processID), called \(id)")
        for _ in 1...3 { stage.say(sender, try await sender.nextLine()) }
        for member in [first, second] {
            let event = try await member.next("event")
            let picture = event["args"]?[0]?.string ?? ""
            guard event["name"] == "picture", event["from"]?.string == id,
                picture == String(repeating: "h", count: EventcastSenderRole.pictureByteCount)
            else { throw Failure(.failure, "\(member.name) has something else, of \(picture.utf8.count) bytes") }
            stage.say(member, "has the picture, all of its \(picture.utf8.count.grouped) bytes")
        }

        let inspect = try stage.start("console", "inspect", console, "peers")
        stage.say(inspect, "hark inspect … peers: who does member 1 know?")
        let peers = try Value(json: Array(try await inspect.nextLine().utf8)).array ?? []
        for peer in peers {
            stage.say(inspect, "\(peer["id"]?.string ?? "") at \(peer["address"]?.string ?? "")")
        }
        guard peers.contains(where: { $0["id"]?.string == id }) else {
            throw Failure(.failure, "member 1 does not know \(id)")
        }
        return "one datagram lost, one repaired, both members have every byte"
    }
}
