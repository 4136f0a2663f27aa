import HarkUV
import Testing

struct SocketAddressTests {
    @Test(
        arguments: [
            ("127.0.0.1", 80, "127.0.0.1:80"), ("0.0.0.0", 0, "0.0.0.0:0"), ("::1", 65535, "[::1]:65535"),
            ("2001:DB8:0:0::5", 1, "[2001:db8::5]:1"), ("::ffff:10.0.0.1", 1, "[::ffff:10.0.0.1]:1"),
        ])
    func `a numeric address is read and written`(host: String, port: Int, text: String) throws {
        let address = try #require(SocketAddress(numeric: host, port: port))
        #expect(address.description == text)
        #expect(address.port == port)
        #expect(address.isIPv6 == host.contains(":"))
        #expect(SocketAddress(numeric: address.host, port: port) == address)
    }

    @Test(arguments: ["", "localhost", "1.2.3", "256.0.0.1", "1.2.3.4 ", "[::1]", "::1\0", "127.0.0.1\0.example"])
    func `what is no numeric address is nil`(host: String) {
        #expect(SocketAddress(numeric: host, port: 1) == nil)
    }

    @Test(arguments: [-1, 65536, Int.max, Int.min]) func `what is no port is nil`(port: Int) {
        #expect(SocketAddress(numeric: "127.0.0.1", port: port) == nil)
    }

    @Test func `host, port and family all count`() {
        let address = SocketAddress(numeric: "10.0.0.1", port: 1)
        #expect(address != SocketAddress(numeric: "10.0.0.2", port: 1))
        #expect(address != SocketAddress(numeric: "10.0.0.1", port: 2))
        #expect(address != SocketAddress(numeric: "::ffff:10.0.0.1", port: 1))
    }
}
