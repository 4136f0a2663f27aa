import Hark

/// A member of a group that emits something large, of which a part is lost on its way.
enum EventcastSenderRole {
    /// 100 kB: about a hundred datagrams.
    static let pictureByteCount = 100_000
    /// Somewhere in the middle.
    private static let lostIndex = 41

    @EventLoop
    static func play(_ endpoint: Endpoint) async throws {
        var options = MulticastGroup.Options(dialect: .eventcast)
        options.multicastInterface = "127.0.0.1"
        options.multicastTtl = 0
        options.environment.datagrams = LossyDatagrams(losing: lostIndex) { DemoRole.say($0) }
        let group = try MulticastGroup(on: endpoint, options: options)
        try await group.start()
        DemoRole.say(group.id)
        DemoRole.say("emits picture, \(pictureByteCount.grouped) bytes in segments")
        group.emit("picture", String(repeating: "h", count: pictureByteCount))
    }
}
