#if !DEBUG
    import Foundation
    import Hark
    import Logging
    import Testing

    /// Both sides live in this process, so a budget counts what an event costs sender and receiver together.
    @EventLoop
    @Suite(.serialized, .timeLimit(.minutes(2)), .enabled(if: AllocationCounter.isAvailable, "malloc is not counted"))
    struct EventAllocationTests {
        private static let bytesKey = EventKey<Bytes>("bytes")
        private static let intKey = EventKey<Int>("int")

        @Test func `bytes emitted with a key and read in place`() async throws {
            let load = Bytes([UInt8](repeating: 7, count: 128))
            try await measure {
                $0.emit(Self.bytesKey, load)
            } listening: { server, heard in
                server.on("bytes") { (bytes: RawSpan) in heard() }
            }
        }

        @Test func `bytes emitted with a string`() async throws {
            let load = Bytes([UInt8](repeating: 7, count: 128))
            try await measure {
                $0.emit("bytes", load)
            } listening: { server, heard in
                server.on("bytes") { (bytes: RawSpan) in heard() }
            }
        }

        @Test func `a number emitted with a key and read as one`() async throws {
            try await measure {
                $0.emit(Self.intKey, 42)
            } listening: { server, heard in
                server.on("int") { (n: Int) in heard() }
            }
        }

        @Test func `a short text emitted with a string and read as one`() async throws {
            try await measure {
                $0.emit("text", "short")
            } listening: { server, heard in
                server.on("text") { (text: String) in heard() }
            }
        }

        @Test func `a number and a short text`() async throws {
            try await measure {
                $0.emit("two", 42, "short")
            } listening: { server, heard in
                server.on("two") { (n: Int, text: String) in heard() }
            }
        }

        @Test(arguments: [Dialect.streamitter, .uhura, .socketIPC])
        func `a short text in the wire of an older library`(dialect: Dialect) async throws {
            try await measure(dialect) {
                $0.send("text", "short")
            } listening: { server, heard in
                server.on("text") { (text: String) in heard() }
            }
        }

        /// Emits as fast as the receiver takes it, and waits for the last.
        private func measure(
            _ dialect: Dialect = .native, _ emit: @escaping @EventLoop (Client) -> EmitResult,
            listening listen: @EventLoop (Server, @escaping @EventLoop () -> Void) -> Void
        ) async throws {
            let path = "/tmp/hark-\(UUID().uuidString.prefix(13))"
            defer { try? FileManager.default.removeItem(atPath: path) }
            var (serverOptions, clientOptions) = (Server.Options(), Client.Options())
            serverOptions.dialect = dialect
            clientOptions.dialect = dialect
            let server = try await Server.listen(on: .unix(path), options: serverOptions)
            let client = try await Client.connect(to: .unix(path), options: clientOptions)
            let flood = Flood { emit(client) }
            listen(server) { flood.heard() }
            await AllocationBudget.steady.expect(events: 200_000) { count in await flood.send(count) }
            await client.close()
            await server.close()
        }
    }
#endif
