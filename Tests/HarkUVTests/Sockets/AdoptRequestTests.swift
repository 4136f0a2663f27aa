import Foundation
import HarkUV
import Testing

@EventLoop
struct AdoptRequestTests {
    private func adopt(_ descriptor: Int32) async throws -> Result<UVStream, UVError> {
        try await withCheckedThrowingContinuation { continuation in
            do {
                _ = try AdoptRequest(descriptor) { continuation.resume(returning: $0) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    @Test(arguments: [AF_UNIX, AF_INET])
    func `a connected socket is taken over`(_ family: Int32) async throws {
        let (mine, other) = try Descriptors.connectedPair(family)
        defer { close(other) }
        let stream = try await adopt(mine).get()
        #expect(stream.descriptor == mine)
        stream.close()
    }

    @Test func `a socket that is refused fails, and is closed`() async throws {
        let descriptor = try Descriptors.connecting(toClosedPort: Descriptors.closedPort)
        let result = try await adopt(descriptor)
        #expect(throws: UVError.connectionRefused) { try result.get() }
    }

    @Test func `a socket that nobody connects is not connected`() async throws {
        let result = try await adopt(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        #expect(throws: UVError.notConnected) { try result.get() }
    }

    @Test func `what is no stream socket is refused, and stays the caller's`() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        #expect(throws: UVError.invalid) { _ = try AdoptRequest(descriptor) { _ in } }
        #expect(close(descriptor) == 0)
    }

    @Test func `who gives up hears nothing`() async throws {
        let (mine, other) = try Descriptors.connectedPair(AF_UNIX)
        defer { close(other) }
        var isCalled = false
        let request = try AdoptRequest(mine) { _ in isCalled = true }
        request.cancel()
        request.cancel()
        let (next, far) = try Descriptors.connectedPair(AF_UNIX)
        defer { close(far) }
        try await adopt(next).get().close()
        #expect(!isCalled)
    }
}
