import HarkUV
import Testing

@Suite struct NetworkInterfaceTests {
    @Test func `the loopback interface is found by its name, its number and its address`() throws {
        let all = try NetworkInterface.all()
        let loopback = try #require(all.first { $0.isLoopback && !$0.address.isIPv6 })
        #expect(loopback.address.host == "127.0.0.1" && loopback.index > 0)
        for text in [loopback.name, "\(loopback.index)", "127.0.0.1"] {
            #expect(NetworkInterface.find(text, among: all) == loopback, "\(text)")
        }
    }

    @Test(arguments: ["", "no such interface", "0", "-1", "4294967295", "192.0.2.1", "::2"])
    func `what no interface has is not found`(text: String) throws {
        #expect(try NetworkInterface.find(text, among: NetworkInterface.all()) == nil)
    }
}
