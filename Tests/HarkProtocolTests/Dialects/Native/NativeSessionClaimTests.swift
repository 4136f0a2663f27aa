import HarkProtocol
import HarkWire
import Testing

@Suite struct NativeSessionClaimTests {
    @Test func `a claim without a count has received nothing`() throws {
        let server = NativeSide(.server, answer: .wait)
        server.open()
        server.receive(NativeMachineTests.magic)
        let claim: Value = ["id": NativeMapTests.node, "token": NativeMapTests.node]
        server.receive(try NativeMapTests.frame(.hello, ["node": NativeMapTests.node, "session": claim]))
        let node = NativeIdentifier(high: 0x0001_0203_0405_0607, low: 0x0809_0A0B_0C0D_0E0F)
        #expect(server.machine.hello?.session == NativeSessionClaim(id: node, token: node, received: 0))
    }
}
