import Foundation
import HarkUV
import Testing

@Suite(.timeLimit(.minutes(1)))
@EventLoop
struct TCPDialerTests {
    /// An address where nobody listens.
    private static func closedAddress(_ host: String = "127.0.0.1") throws -> SocketAddress {
        try #require(SocketAddress(numeric: host, port: Descriptors.closedPort))
    }

    private static func listen() throws -> (UVListener, SocketAddress) {
        let listener = try TCPSocket.listen(on: SocketAddress(numeric: "127.0.0.1", port: 0), port: 0) { _ in }
        return (listener, try #require(listener.localAddress))
    }

    @Test func `a refused connection is reported, once and later`() async throws {
        let address = try Self.closedAddress()
        let results = Journal<Result<UVStream, UVError>>()
        _ = TCPDialer(host: address.host, port: address.port) { results.add($0) }
        #expect(results.entries.isEmpty)
        await #expect(throws: UVError.connectionRefused) { try await results.next().get() }
        await LoopTurns.pass(5)
        #expect(results.entries.count == 1)
    }

    @Test func `the next address is tried when one refuses`() async throws {
        let (listener, address) = try Self.listen()
        let refusing = [try Self.closedAddress("::1"), try Self.closedAddress()]
        let results = Journal<Result<UVStream, UVError>>()
        _ = TCPDialer(addresses: refusing + [address]) { results.add($0) }
        let stream = try await results.next().get()
        #expect(TCPSocket.remoteAddress(of: stream) == address)
        stream.close()
        listener.close()
    }

    @Test func `an address that is silent, or cannot be reached, does not hold up the next`() async throws {
        let (listener, address) = try Self.listen()
        // Reserved for documentation.
        let silent = ["192.0.2.1", "2001:db8::1"].compactMap { SocketAddress(numeric: $0, port: 9) }
        let results = Journal<Result<UVStream, UVError>>()
        _ = TCPDialer(addresses: silent + [address]) { results.add($0) }
        let stream = try await results.next().get()
        #expect(TCPSocket.remoteAddress(of: stream) == address)
        await LoopTurns.pass(5)
        #expect(results.entries.count == 1)
        stream.close()
        listener.close()
    }

    @Test func `when all refuse the dialer fails`() async throws {
        let results = Journal<Result<UVStream, UVError>>()
        let addresses = [try Self.closedAddress(), try Self.closedAddress(), try Self.closedAddress()]
        _ = TCPDialer(addresses: addresses) { results.add($0) }
        await #expect(throws: UVError.connectionRefused) { try await results.next().get() }
        _ = TCPDialer(addresses: []) { results.add($0) }
        await #expect(throws: UVError.addressNotAvailable) { try await results.next().get() }
    }

    @Test func `a name is looked up`() async throws {
        let (listener, address) = try Self.listen()
        let results = Journal<Result<UVStream, UVError>>()
        _ = TCPDialer(host: "localhost", port: address.port) { results.add($0) }
        try await results.next().get().close()
        listener.close()
    }

    @Test(arguments: [("no-such-host.invalid", 9), ("127.0.0.1\0", 9), ("127.0.0.1", 65536), ("", 9)])
    func `a host or port that is none fails`(host: String, port: Int) async {
        let results = Journal<Result<UVStream, UVError>>()
        _ = TCPDialer(host: host, port: port) { results.add($0) }
        await #expect(throws: UVError.self) { try await results.next().get() }
    }

    @Test func `a cancelled dialer is silent and frees everything, at each stage`() async throws {
        let (listener, address) = try Self.listen()
        for host in [address.host, "192.0.2.1", "localhost", "no-such-host.invalid"] {
            for turns in 0..<3 {
                let results = Journal<Result<UVStream, UVError>>()
                weak var weakDialer: TCPDialer?
                do {
                    let dialer = TCPDialer(host: host, port: address.port) { results.add($0) }
                    weakDialer = dialer
                    await LoopTurns.pass(turns)
                    dialer.cancel()
                    dialer.cancel()
                }
                let before = results.entries.count
                await LoopTurns.pass(5)
                #expect(results.entries.count == before)
                #expect(weakDialer == nil || host == "localhost" || host == "no-such-host.invalid")
                if case .success(let stream)? = results.entries.first { stream.close() }
            }
        }
        listener.close()
    }

    @Test func `families alternate, IPv6 first, each in the resolver's order`() {
        let hosts = ["10.0.0.1", "10.0.0.2", "::1", "10.0.0.3", "::2"]
        let addresses = hosts.compactMap { SocketAddress(numeric: $0, port: 1) }
        #expect(
            TCPDialer.interleaved(addresses).map(\.host) == ["::1", "10.0.0.1", "::2", "10.0.0.2", "10.0.0.3"])
        #expect(TCPDialer.interleaved([]).isEmpty)
    }
}
