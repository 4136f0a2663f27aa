import Foundation
import HarkUV
import HarkWire
import Testing

@Suite(.timeLimit(.minutes(1)))
@EventLoop
struct UVStreamTests {
    @Test func `bytes arrive, head before body, over TCP and unix sockets`() async throws {
        let directory = try TemporaryDirectory()
        for pair in [try await StreamPair.tcp(), try await StreamPair.pipe(in: directory)] {
            try pair.server.stream.startReading()
            let (head, body): ([UInt8], [UInt8]) = ([1, 2], [3, 4, 5])
            let count = try head.withUnsafeBytes { head in
                try body.withUnsafeBytes { body in try pair.client.stream.tryWrite(head, body) }
            }
            #expect(count == 5)
            #expect(await pair.server.bytes(5) == [1, 2, 3, 4, 5])
            pair.close()
        }
    }

    @Test func `a full socket takes part, then nothing, and the rest with a write`() async throws {
        let pair = try await StreamPair.tcp()
        var sent: [UInt8] = []
        let block = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var taken = 0
        repeat {
            taken = try pair.client.stream.tryWrite(block)
            sent += block[..<taken]
        } while taken > 0
        #expect(!sent.isEmpty && sent.count % block.count != 0)
        try pair.client.stream.write(.filled(with: block), from: 10)
        sent += block[10...]
        #expect(pair.client.stream.isWriting)
        // Behind the chunk that waits.
        #expect(try pair.client.stream.tryWrite(block) == 0)
        pair.client.stream.shutdown()
        pair.client.stream.shutdown()
        try pair.server.stream.startReading()
        let arrived = await pair.server.bytes(sent.count)
        #expect(arrived == sent)
        #expect(await pair.server.end() == .endOfStream)
        #expect(await pair.client.journal.next() == .wrote(nil))
        #expect(!pair.client.stream.isWriting)
        pair.close()
    }

    @Test func `closing while a chunk is on its way reports it before the stream is gone`() async throws {
        let pair = try await StreamPair.tcp()
        let block = [UInt8](repeating: 1, count: 1_000_000)
        while try pair.client.stream.tryWrite(block) > 0 {}
        try pair.client.stream.write(.filled(with: block), from: 0)
        pair.client.stream.close()
        pair.client.stream.close()
        #expect(await pair.client.journal.next() == .wrote(.cancelled))
        pair.close()
    }

    @Test func `closed streams refuse`() async throws {
        let pair = try await StreamPair.tcp()
        pair.close()
        for _ in 0..<2 {
            #expect(throws: UVError.cancelled) { try pair.client.stream.startReading() }
            #expect(throws: UVError.cancelled) { _ = try pair.client.stream.tryWrite([1]) }
            #expect(throws: UVError.cancelled) { try pair.client.stream.write(.filled(with: [1]), from: 0) }
            pair.client.stream.stopReading()
            pair.client.stream.shutdown()
            #expect(pair.client.stream.descriptor == nil)
            #expect(TCPSocket.remoteAddress(of: pair.client.stream) == nil)
            // The second time libuv has freed the handle.
            await LoopTurns.pass(3)
        }
    }

    @Test func `an end and a reset are told apart`() async throws {
        for isReset in [false, true] {
            let pair = try await StreamPair.tcp()
            try pair.server.stream.startReading()
            if isReset {
                var linger = linger(l_onoff: 1, l_linger: 0)
                let descriptor = try #require(pair.client.stream.descriptor)
                setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
            }
            pair.client.stream.close()
            #expect(await pair.server.end() == (isReset ? .connectionReset : .endOfStream))
            pair.close()
        }
    }

    @Test func `reading stops and starts again`() async throws {
        let pair = try await StreamPair.tcp()
        try pair.server.stream.startReading()
        try pair.server.stream.startReading()
        pair.server.stream.stopReading()
        _ = try pair.client.stream.tryWrite([1])
        await LoopTurns.pass(5)
        #expect(pair.server.journal.entries.isEmpty)
        try pair.server.stream.startReading()
        #expect(await pair.server.bytes(1) == [1])
        pair.close()
    }

    @Test func `closing within a read callback is safe`() async throws {
        let pair = try await StreamPair.tcp()
        let closed = Journal<Int>()
        let server = pair.server
        server.onReceived = { bytes in
            server.stream.close()
            closed.add(bytes.count)
        }
        try server.stream.startReading()
        let block = [UInt8](repeating: 1, count: 1_000_000)
        _ = try pair.client.stream.tryWrite(block)
        _ = await closed.next()
        await LoopTurns.pass(5)
        #expect(closed.entries.count == 1)
        server.onReceived = nil
        pair.close()
    }

    @Test func `a stream whose receiver is gone goes on in silence`() async throws {
        let pair = try await StreamPair.tcp()
        let stream = pair.server.stream
        stream.receiver = nil
        try stream.startReading()
        _ = try pair.client.stream.tryWrite([1])
        await LoopTurns.pass(5)
        pair.close()
    }

    // MARK: Adopting

    @Test func `a connected descriptor is adopted, whatever its family`() async throws {
        for family in [AF_UNIX, AF_INET] {
            let ends = try Descriptors.connectedPair(family)
            let a = StreamRecorder(try UVStream.adopt(descriptor: ends.0))
            let b = StreamRecorder(try UVStream.adopt(descriptor: ends.1))
            try b.stream.startReading()
            _ = try a.stream.tryWrite([1, 2, 3])
            #expect(await b.bytes(3) == [1, 2, 3])
            a.stream.close()
            #expect(await b.end() == .endOfStream)
            b.stream.close()
        }
    }

    @Test func `other descriptors are refused and stay the caller's`() throws {
        let file = open("/dev/null", O_RDWR)
        #expect(throws: UVError.notSocket) { try UVStream.adopt(descriptor: file) }
        let datagram = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        #expect(throws: UVError.invalid) { try UVStream.adopt(descriptor: datagram) }
        let unconnected = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #expect(throws: UVError.notConnected) { try UVStream.adopt(descriptor: unconnected) }
        for descriptor in [file, datagram, unconnected] { #expect(close(descriptor) == 0) }
        #expect(throws: UVError.self) { try UVStream.adopt(descriptor: -1) }
    }
}
