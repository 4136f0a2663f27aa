import Hark
import Testing

@EventLoop
@Suite struct UnclaimedRequestTests {
    @Test func `a request that nobody answers by name goes to who takes all of them`() async throws {
        let server = Server()
        try server.reply(to: "sum") { (a: Int, b: Int) in a + b }
        server.onUnclaimedRequest { request in
            #expect(request.peer?.id == server.peers.first?.id)
            if request.name == "echo" {
                request.succeed(.array(request.arguments))
            } else {
                request.fail("not \(request.name)")
            }
        }
        let endpoint = try await server.listen(on: .tcp("localhost", port: 0))
        let client = try await Client.connect(to: endpoint)

        let sum: Int = try await client.request("sum", 2, 3)
        #expect(sum == 5)
        let echo = try await client.request("echo", values: [1, "two"])
        #expect(echo == [1, "two"])
        let error = await #expect(throws: HarkError.self) { try await client.request("cry", values: []) }
        #expect(error?.code == .requestFailed)
        #expect(error?.message == "not cry")
        await client.close()
        await server.close()
    }
}
