#if !DEBUG
    import Foundation
    import Hark
    import Testing

    /// All nodes live in this process, so a budget counts what an event costs all of them together.
    @EventLoop
    @Suite(.serialized, .timeLimit(.minutes(2)), .enabled(if: AllocationCounter.isAvailable, "malloc is not counted"))
    struct NodeAllocationTests {
        private static let key = EventKey<Bytes>("bytes")

        @Test func `an event between two nodes`() async throws {
            let load = Bytes([UInt8](repeating: 7, count: 128))
            try await measure(relays: 0) { $0.emit(Self.key, load) }
        }

        @Test func `an event that two nodes pass on`() async throws {
            let load = Bytes([UInt8](repeating: 7, count: 128))
            try await measure(relays: 2) { $0.emit(Self.key, load) }
        }

        @Test func `an event by its name`() async throws {
            let load = Bytes([UInt8](repeating: 7, count: 128))
            try await measure(relays: 1) { $0.emit("bytes", load) }
        }

        @Test func `events of two names in turn`() async throws {
            let load = Bytes([UInt8](repeating: 7, count: 128))
            let other = EventKey<Bytes>("other")
            try await measure(relays: 1, hearing: "other") { node in
                node.emit(other, load)
                return node.emit(Self.key, load)
            }
        }

        private func measure(
            relays: Int, hearing other: String? = nil, _ emit: @escaping @EventLoop (Node) -> EmitResult
        ) async throws {
            let folder = "/tmp/hark-\(UUID().uuidString.prefix(13))"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            var nodes: [Node] = []
            for index in 0..<relays + 2 {
                let node = Node(options: Node.Options(id: "n\(index)"))
                try await node.listen(on: .unix("\(folder)/\(index)"))
                if index > 0 { node.connect(to: .unix("\(folder)/\(index - 1)")) }
                nodes.append(node)
            }
            let (first, last) = (nodes[0], nodes[relays + 1])
            let flood = Flood { emit(first) }
            last.on("bytes") { (bytes: RawSpan) in flood.heard() }
            try await first.waitFor(subscribers: 1, of: "bytes")
            if let other {
                last.on(other) { (_: RawSpan) in }
                try await first.waitFor(subscribers: 1, of: other)
            }
            await AllocationBudget.steady.expect(events: 100_000) { count in await flood.send(count) }
            for node in nodes { await node.end() }
        }
    }
#endif
