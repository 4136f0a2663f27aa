import HarkWire
import Testing

struct DatagramAddressTests {
    private func address(_ text: String) -> DatagramAddress? {
        var text = text
        return text.withUTF8 { DatagramAddress(ipv4: UnsafeRawBufferPointer($0), port: 9) }
    }

    @Test func `four numbers are an address`() {
        #expect(address("127.0.0.1") == DatagramAddress(ipv4: 0x7F00_0001, port: 9))
        #expect(address("255.255.255.255") == DatagramAddress(ipv4: .max, port: 9))
        #expect(address("0.0.0.0") == DatagramAddress(ipv4: 0, port: 9))
    }

    @Test(arguments: [
        "", ".", "1", "1.2.3", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.256", "1.2.3.04",
        "1.2.3.00", " 1.2.3.4", "1.2.3.4 ", "localhost", "::1", "1.2.3.-4", "99999999999.1.1.1",
    ])
    func `everything else is not`(_ text: String) {
        #expect(address(text) == nil)
    }

    @Test func `hosts are compared without their ports`() {
        let a = DatagramAddress(ipv4: 1, port: 1)
        #expect(a.isSameHost(as: a.with(port: 2)))
        #expect(!a.isSameHost(as: DatagramAddress(ipv4: 2, port: 1)))
        #expect(!a.isSameHost(as: DatagramAddress(ipv6: 0, 1, port: 1)))
    }
}
