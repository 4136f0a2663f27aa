import Foundation
import HarkUV
import Testing

@Suite(.timeLimit(.minutes(2)))
struct UVListenerTests {
    @Test @EventLoop func `all who wait are accepted, more than one turn takes`() async throws {
        let accepted = Journal<Result<UVStream, UVError>>()
        let listener = try TCPSocket.listen(on: SocketAddress(numeric: "127.0.0.1", port: 0), port: 0) {
            accepted.add($0)
        }
        let port = try #require(listener.localAddress).port
        let clients = try (0..<200).map { _ in try Descriptors.connecting(to: port) }
        let streams = try await accepted.first(200).map { try $0.get() }
        for stream in streams { stream.close() }
        for client in clients { close(client) }
        listener.close()
        #expect(listener.localAddress == nil)
    }

    @Test @EventLoop func `closing within the accept callback is safe`() async throws {
        let accepted = Journal<UVStream>()
        let holder = Journal<UVListener>()
        let listener = try TCPSocket.listen(on: SocketAddress(numeric: "127.0.0.1", port: 0), port: 0) { result in
            holder.entries.first?.close()
            if case .success(let stream) = result { accepted.add(stream) }
        }
        holder.add(listener)
        let port = try #require(listener.localAddress).port
        let clients = try (0..<5).map { _ in try Descriptors.connecting(to: port) }
        _ = await accepted.next()
        await LoopTurns.pass(5)
        #expect(accepted.entries.count == 1)
        accepted.entries[0].close()
        for client in clients { close(client) }
        #expect(throws: UVError.connectionRefused) { try Descriptors.connecting(to: port) }
    }

    @Test @EventLoop func `a listening descriptor is adopted`() async throws {
        let (descriptor, port) = try Descriptors.listening()
        let accepted = Journal<Result<UVStream, UVError>>()
        let listener = try UVListener(adopting: descriptor) { accepted.add($0) }
        #expect(listener.localAddress?.port == port)
        let client = try Descriptors.connecting(to: port)
        try await accepted.next().get().close()
        close(client)
        listener.close()
    }

    @Test @EventLoop func `other descriptors are refused and stay the caller's`() throws {
        let ends = try Descriptors.connectedPair(AF_UNIX)
        #expect(throws: UVError.invalid) { try UVListener(adopting: ends.0) { _ in } }
        let file = open("/dev/null", O_RDWR)
        #expect(throws: UVError.notSocket) { try UVListener(adopting: file) { _ in } }
        for descriptor in [ends.0, ends.1, file] { #expect(close(descriptor) == 0) }
    }

    @Test func `out of descriptors it waits without spinning, says so once, and goes on`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                let accepted = Journal<Result<UVStream, UVError>>()
                let pair = try await StreamPair.tcp()
                let listener = try TCPSocket.listen(on: SocketAddress(numeric: "127.0.0.1", port: 0), port: 0) {
                    accepted.add($0)
                }
                let port = try #require(listener.localAddress).port
                let clients = try (0..<3).map { _ in try Descriptors.connecting(to: port) }
                let hoard = Descriptors.takeAll()
                await #expect(throws: UVError.tooManyFiles) { try await accepted.next().get() }
                let before = Self.processorSeconds()
                await LoopTurns.pause(milliseconds: 500)
                #expect(Self.processorSeconds() - before < 0.1)
                #expect(accepted.entries.count == 1)
                // The connections there are go on.
                try pair.server.stream.startReading()
                _ = try pair.client.stream.tryWrite([1])
                #expect(await pair.server.bytes(1) == [1])
                for descriptor in hoard { close(descriptor) }
                for _ in clients { try await accepted.next().get().close() }
                #expect(accepted.entries.count == 4)
                for client in clients { close(client) }
            }
        }
    }

    @Test func `closed while it waits for descriptors it is gone`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                let accepted = Journal<Result<UVStream, UVError>>()
                let (descriptor, port) = try Descriptors.listening()
                let listener = try UVListener(adopting: descriptor) { accepted.add($0) }
                let client = try Descriptors.connecting(to: port)
                let hoard = Descriptors.takeAll()
                await #expect(throws: UVError.tooManyFiles) { try await accepted.next().get() }
                listener.close()
                for descriptor in hoard { close(descriptor) }
                await LoopTurns.pause(milliseconds: 200)
                #expect(accepted.entries.count == 1)
                close(client)
            }
        }
    }

    private static func processorSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }
}
