import HarkUV
import HarkWire
import Testing

@Suite struct DatagramAddressTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1:80"), ("255.255.255.255", "255.255.255.255:80"), ("::1", "[::1]:80"),
        ("2001:DB8:0:0:1:2:3:4", "[2001:db8::1:2:3:4]:80"), ("ff02::114", "[ff02::114]:80"),
    ])
    func `text becomes an address and text again`(host: String, text: String) throws {
        let address = try #require(DatagramAddress(numeric: host, port: 80))
        #expect(address.text == text)
        #expect(DatagramAddress(numeric: address.host, port: 80) == address)
        #expect(DatagramAddress(SocketAddress(address)) == address)
    }

    @Test func `its parts are where they belong`() throws {
        #expect(DatagramAddress(numeric: "1.2.3.4", port: 5) == DatagramAddress(ipv4: 0x0102_0304, port: 5))
        let ipv6 = try #require(DatagramAddress(numeric: "102:304:506:708:90a:b0c:d0e:f10", port: 0xABCD))
        #expect(ipv6 == DatagramAddress(ipv6: 0x0102_0304_0506_0708, 0x090A_0B0C_0D0E_0F10, port: 0xABCD))
        #expect(SocketAddress(ipv6).port == 0xABCD && SocketAddress(ipv6).isIPv6)
    }

    @Test func `a zone is an interface, by its name or else its number`() throws {
        let loopback = try #require(NetworkInterface.all().first { $0.isLoopback })
        let address = try #require(DatagramAddress(numeric: "fe80::1%\(loopback.name)", port: 9))
        #expect(address.scope == loopback.index)
        #expect(address.text == "[fe80::1%\(loopback.name)]:9")
        #expect(DatagramAddress(SocketAddress(address)) == address)
        #expect(DatagramAddress(ipv6: 0xFE80 << 48, 1, scope: 999_999, port: 9).host == "fe80::1%999999")
    }

    @Test(arguments: ["", "localhost", "1.2.3", "1.2.3.256", "::1\0", "[::1]"]) func `what is no address is nil`(
        host: String
    ) {
        #expect(DatagramAddress(numeric: host, port: 1) == nil)
    }

    @Test(arguments: [
        ("223.255.255.255", false), ("224.0.0.0", true), ("239.255.255.255", true), ("240.0.0.0", false),
        ("fe80::1", false), ("ff02::1", true),
    ])
    func `groups are told from hosts`(host: String, isMulticast: Bool) throws {
        #expect(try #require(DatagramAddress(numeric: host, port: 1)).isMulticast == isMulticast)
    }
}
