import Foundation
import HarkUV
import Testing

@Suite(.timeLimit(.minutes(1)))
@EventLoop
struct TCPSocketTests {
    private static func option(_ stream: UVStream, _ level: Int, _ name: Int32) throws -> Int32 {
        var value: Int32 = -1
        var byteCount = socklen_t(MemoryLayout<Int32>.size)
        try UVError.check(getsockopt(#require(stream.descriptor), Int32(level), name, &value, &byteCount))
        return value
    }

    @Test func `both ends send at once and ask after a silent peer`() async throws {
        let pair = try await StreamPair.tcp()
        for stream in [pair.client.stream, pair.server.stream] {
            #expect(try Self.option(stream, Int(IPPROTO_TCP), TCP_NODELAY) == 1)
            #expect(try Self.option(stream, Int(SOL_SOCKET), SO_KEEPALIVE) == 1)
            #expect(try Self.option(stream, Int(IPPROTO_TCP), TCP_KEEPIDLE) == 60)
        }
        pair.close()
    }

    @Test func `each end knows the address of the other`() async throws {
        let pair = try await StreamPair.tcp()
        let address = try #require(TCPSocket.remoteAddress(of: pair.client.stream))
        #expect(address == TCPSocket.localAddress(of: pair.listener))
        #expect(address.host == "127.0.0.1" && address.port > 0)
        pair.close()
    }

    @Test func `without an address both families are served on the port the kernel chose`() async throws {
        let accepted = Journal<Result<UVStream, UVError>>()
        let listener = try TCPSocket.listen(on: nil, port: 0) { accepted.add($0) }
        let address = try #require(listener.localAddress)
        #expect(address.port > 0)
        // A machine without IPv6 serves the other family only.
        for host in address.isIPv6 ? ["127.0.0.1", "::1"] : ["127.0.0.1"] {
            let connected = Journal<Result<UVStream, UVError>>()
            _ = TCPDialer(host: host, port: address.port) { connected.add($0) }
            try await connected.next().get().close()
            try await accepted.next().get().close()
        }
        listener.close()
    }

    @Test func `a port in use is an error, and free again once closed`() throws {
        let loopback = try #require(SocketAddress(numeric: "127.0.0.1", port: 0))
        let first = try TCPSocket.listen(on: loopback, port: 0) { _ in }
        let address = try #require(first.localAddress)
        #expect(throws: UVError.addressInUse) { try TCPSocket.listen(on: address, port: address.port) { _ in } }
        first.close()
        try TCPSocket.listen(on: address, port: address.port) { _ in }.close()
    }

    @Test func `an address of another machine is an error`() {
        #expect(throws: UVError.addressNotAvailable) {
            try TCPSocket.listen(on: SocketAddress(numeric: "192.0.2.1", port: 0), port: 0) { _ in }
        }
    }

    @Test(arguments: [-1, 65536, Int.max]) func `a number that is no port is an error`(port: Int) {
        #expect(throws: UVError.invalid) { try TCPSocket.listen(on: nil, port: port) { _ in } }
    }
}
