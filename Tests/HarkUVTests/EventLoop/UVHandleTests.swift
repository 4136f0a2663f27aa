import Foundation
import HarkUV
import Testing

@Suite(.timeLimit(.minutes(1)))
@EventLoop
struct UVHandleTests {
    @Test func `a handle lives until it is closed, and no longer`() async throws {
        weak var weakListener: UVListener?
        do {
            let listener = try TCPSocket.listen(on: SocketAddress(numeric: "127.0.0.1", port: 0), port: 0) { _ in }
            weakListener = listener
        }
        await LoopTurns.pass(3)
        #expect(weakListener?.isOpen == true)
        weakListener?.close()
        weakListener?.close()
        #expect(weakListener?.isOpen == false)
        await LoopTurns.pass(3)
        #expect(weakListener == nil)
    }

    @Test func `a connection lives until it is closed, and no longer`() async throws {
        weak var weakStream: UVStream?
        do {
            let ends = try Descriptors.connectedPair(AF_UNIX)
            weakStream = try UVStream.adopt(descriptor: ends.0)
            try UVStream.adopt(descriptor: ends.1).close()
        }
        await LoopTurns.pass(3)
        #expect(weakStream?.isOpen == true)
        weakStream?.close()
        await LoopTurns.pass(3)
        #expect(weakStream == nil)
    }
}
