import HarkUV
import HarkWire
import Testing

struct DatagramAddressTests {
    @Test(arguments: ["127.0.0.1", "0.0.0.0", "239.255.72.82", "::1", "ff05::1234", "2001:db8::1"])
    func `addresses are read and written as they are`(_ text: String) throws {
        let address = try #require(DatagramAddress(numeric: text, port: 9))
        #expect(address.host == text)
        #expect(address.port == 9)
        #expect(DatagramAddress(SocketAddress(address)) == address)
    }

    @Test func `groups are told apart`() throws {
        #expect(try #require(DatagramAddress(numeric: "224.0.0.1", port: 9)).isMulticast)
        #expect(try #require(DatagramAddress(numeric: "239.255.255.255", port: 9)).isMulticast)
        #expect(try #require(DatagramAddress(numeric: "ff02::1", port: 9)).isMulticast)
        #expect(try !#require(DatagramAddress(numeric: "223.255.255.255", port: 9)).isMulticast)
        #expect(try !#require(DatagramAddress(numeric: "fe80::1", port: 9)).isMulticast)
    }

    @Test func `names are no addresses`() {
        #expect(DatagramAddress(numeric: "localhost", port: 9) == nil)
    }
}
