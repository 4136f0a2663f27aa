import Foundation
import HarkUV
import HarkWire
import Testing

/// Closing the loop traps when a handle stays open, so each of these is a proof that none did.
@Suite(.timeLimit(.minutes(2)))
struct UVLoopTests {
    @EventLoop
    private static var kept: [AnyObject] = []

    @Test func `a loop with listeners, connections, timers and signals ends without open handles`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                let directory = try TemporaryDirectory()
                let tcp = try await StreamPair.tcp()
                let pipe = try await StreamPair.pipe(in: directory)
                for recorder in [tcp.client, tcp.server, pipe.client] { try recorder.stream.startReading() }
                Self.kept += [tcp.client, tcp.server, pipe.client, pipe.server]
                let timer = LoopTimer {}
                timer.schedule(at: TimerHeap.now + 1_000_000)
                _ = try SignalWatch(SIGUSR2) {}
            }
            try EventLoop.run {
                let ends = Self.kept.compactMap { $0 as? StreamRecorder }.map(\.journal.entries)
                #expect(ends == Array(repeating: [.ended(.cancelled)], count: 4))
            }
        }
    }

    @Test func `a loop with connections that are writing ends, and their chunks are given back`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                let pair = try await StreamPair.tcp()
                Self.kept.append(pair.client)
                let bytes = [UInt8](repeating: 1, count: 64 * 1024)
                while try pair.client.stream.tryWrite(bytes) > 0 {}
                try pair.client.stream.write(.filled(with: bytes), from: 0)
                pair.client.stream.shutdown()
            }
            try EventLoop.run {
                let entries = (Self.kept.first as? StreamRecorder)?.journal.entries
                #expect(entries == [.ended(.cancelled), .wrote(.cancelled)])
            }
        }
    }

    @Test func `a loop that is dialling and looking names up ends, and says so`() async {
        await #expect(processExitsWith: .success) {
            let told = Tally()
            try EventLoop.run {
                // Reserved for documentation: nobody answers there.
                _ = TCPDialer(host: "192.0.2.1", port: 9) { _ in told.add() }
                for _ in 0..<20 { _ = Resolver(host: "localhost", port: 9) { _ in told.add() } }
            }
            // The dialer had not begun when the loop ended: then it is silent, as a timer is.
            #expect(told.count >= 20)
        }
    }

    @Test func `what is opened while the loop ends is closed as well`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                let address = SocketAddress(numeric: "127.0.0.1", port: 0)
                _ = try TCPSocket.listen(on: address, port: 0) { _ in
                    _ = try? TCPSocket.listen(on: address, port: 0) { _ in }
                }
            }
        }
    }

    @Test func `descriptors do not pile up over many loops`() async {
        await #expect(processExitsWith: .success) {
            func descriptorCount() throws -> Int {
                try FileManager.default.contentsOfDirectory(atPath: "/dev/fd").count
            }
            try EventLoop.run {}
            let before = try descriptorCount()
            for _ in 0..<50 { try EventLoop.run { _ = try await StreamPair.tcp() } }
            // The system's own libraries open a few when they are first needed.
            #expect(try descriptorCount() - before < 25)
        }
    }

    @Test func `writing to a connection that is gone does not end the process`() async {
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_DFL)
            try EventLoop.run {
                let pair = try await StreamPair.tcp()
                pair.server.stream.close()
                _ = try pair.client.stream.startReading()
                _ = await pair.client.end()
                var failure: UVError?
                while failure == nil {
                    do { _ = try pair.client.stream.tryWrite([1]) } catch let error as UVError { failure = error }
                    await LoopTurns.pass()
                }
                #expect(failure == .brokenPipe || failure == .connectionReset)
            }
        }
    }

    @Test @EventLoop func `what asks for a flush gets one, also from within a flush`() async {
        @EventLoop final class Writer: Flushable {
            let journal: Journal<Int>
            let number: Int
            init(_ number: Int, _ journal: Journal<Int>) {
                self.number = number
                self.journal = journal
            }
            func flush() {
                journal.add(number)
                if number > 0 { EventLoop.current.flushAtEndOfTurn(Writer(number - 1, journal)) }
            }
        }
        let journal = Journal<Int>()
        EventLoop.current.flushAtEndOfTurn(Writer(3, journal))
        #expect(journal.entries.isEmpty)
        #expect(await journal.first(4) == [3, 2, 1, 0])
    }
}
