import Hark

/// A node that emits numbers while another one dies and comes back, and tells at last how many there were.
enum RingEmitterRole {
    /// 2 ms from one number to the next.
    private static let interval = 2
    /// After everybody is back.
    private static let lastCount = 50

    @EventLoop
    static func play(_ endpoint: Endpoint) async throws {
        let node = Node(options: Node.Options(id: "node-1"))
        let end = Outcome()
        node.on(.error) { DemoRole.say("error: \($0.message)") }
        node.once(.nodeLeft) { _ in end.settle(nil) }
        try await node.listen(on: endpoint)
        DemoRole.say("listening")
        try await node.waitFor(subscribers: 2, of: "number")
        DemoRole.say("emits a number every \(interval) ms")
        var count = 0
        let ticker = Ticker(every: interval) {
            count += 1
            node.emit("number", count)
        }
        _ = await end.value()
        try await node.waitFor(subscribers: 2, of: "number")
        let last = count + lastCount
        while count < last {
            count += 1
            node.emit("number", count)
        }
        ticker.stop()
        node.emit("end", count)
    }
}
