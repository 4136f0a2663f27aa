import HarkProtocol
import Testing

@Suite struct SipHashTests {
    private let hash = SipHash(key: 0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908)

    @Test func `its authors' numbers come out`() {
        #expect(hash.hash() == 0x726F_DB47_DD0E_0E31)
        #expect(hash.hash(0x0706_0504_0302_0100) == 0x93F5_F579_9A93_2462)
        #expect(hash.hash(0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908) == 0x3F2A_CC7F_57C2_9BDB)
    }

    @Test func `another key is another hash`() {
        #expect(SipHash(key: 1, 2).hash(3) != SipHash(key: 1, 3).hash(3))
        #expect(SipHash(key: 1, 2).hash(3, 4) != SipHash(key: 1, 2).hash(4, 3))
    }
}
