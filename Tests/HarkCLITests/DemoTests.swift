import Testing

@Suite struct DemoTests {
    @Test func `the scenes are listed with what there is to see`() async throws {
        let lines = await (try Command("demo", "--list")).rest()
        #expect(
            lines.map { $0.split(separator: " ")[0] } == [
                "ping-pong", "request", "broadcast", "restart", "streamitter", "uhura", "socket-ipc", "eventcast",
                "ring", "load",
            ])
    }

    @Test func `every scene shows what it promises`() async throws {
        let demo = try Command("demo")
        let lines = await demo.rest()
        #expect(await demo.status() == 0, "\(lines.joined(separator: "\n"))")
        #expect(lines.filter { $0.contains("✓") }.count == 10)
        #expect(!lines.contains { $0.contains("\u{1B}") || $0.contains("\r") }, "no terminal, no control characters")
    }
}
