import Hark

/// What `WritingATransport.md` shows besides `CountingTransport`.
@EventLoop
enum TransportSnippets {
    static func use(_ endpoint: Endpoint) async throws {
        var options = Client.Options()
        options.environment.transport = CountingTransport(around: Environment.live.transport)
        let client = try await Client.connect(to: endpoint, options: options)
        await client.close()
    }
}
