import HarkProtocol
import HarkWire
import Testing

@Suite struct NativeLimitsTests {
    private func server(limits: Value) throws -> NativeSide {
        let server = NativeSide(.server, answer: .wait)
        server.open()
        server.receive(NativeMachineTests.magic)
        server.receive(
            try NativeMapTests.frame(.hello, ["node": NativeMapTests.node, "limits": limits]))
        return server
    }

    @Test func `what is not said is the default`() throws {
        let server = try server(limits: ["names": 7])
        var expected = NativeLimits()
        expected.nameCount = 7
        #expect(server.machine.remoteLimits == expected)
    }

    @Test func `nobody is sent frames longer than a header can say`() throws {
        let server = try server(limits: ["frame": 1_000_000_000])
        #expect(server.machine.remoteLimits.frameByteCount == 16_777_215)
    }

    @Test(
        arguments: [
            ["frame": 0], ["frame": -1], ["bytes": 0], ["events": 0], ["names": -1], ["frame": "1"], [1],
        ] as [Value])
    func `limits under which nothing could be sent are refused`(limits: Value) throws {
        #expect(try server(limits: limits).violation == .malformed(.hello))
    }

    @Test func `texts are cut between characters`() {
        let family = "👨‍👩‍👧"
        let long = String(repeating: family, count: 100)
        let short = NativeLimits.shortened(long)
        #expect(short.utf8.count <= NativeLimits.textByteCountMax)
        #expect(short.utf8.count > NativeLimits.textByteCountMax - family.utf8.count)
        #expect(short.allSatisfy { String($0) == family })
        #expect(NativeLimits.shortened("ok") == "ok")
        #expect(NativeLimits.shortened("e" + String(repeating: "\u{301}", count: 2_000)).isEmpty)
    }
}
