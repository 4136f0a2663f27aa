import HarkProtocol
import HarkWire
import Testing

@Suite struct NativeFlagsTests {
    private func server(_ frames: String...) -> NativeSide {
        let server = NativeConversation.receiver(.server)
        let client = NativeSide(.client)
        client.open()
        server.receive(client.take())
        server.receive([0x04, 2, 0, 0, 1, 0x61])
        server.forget()
        for frame in frames { server.receive(NativeVectors.bytes(hex: frame)) }
        return server
    }

    @Test func `headers and origin are passed over`() {
        #expect(server("45 06 00 00 01 a1 61 78 01 05").transcript == ["event 0 05"])
        #expect(server("25 06 00 00 03 c8 01 02 01 06").transcript == ["event 0 06"])
        #expect(server("68 07 00 00 01 02 03 01 62 a0 07").transcript == ["volatile 'b' 07"])
        #expect(server("4b 05 00 00 02 03 01 a0 08").transcript == ["request 2 within 3 0 08"])
        #expect(server("4d 03 00 00 02 a0 09").transcript == ["reply 2 09"])
    }

    @Test func `an event with headers is counted as one`() {
        #expect(server("45 02 00 00 01 a0", "05 01 00 00 01").machine.incoming.receivedCount == 2)
    }

    @Test func `a known kind that could be skipped is not`() {
        #expect(server("85 02 00 00 01 05").transcript == ["event 0 05"])
    }

    @Test(arguments: ["45 02 00 00 01 01", "45 01 00 00 01", "45 03 00 00 01 a1 61", "45 02 00 00 01 bf"])
    func `headers that are not a map are refused`(hex: String) {
        #expect(server(hex).violation == .malformed(.event))
    }

    @Test(arguments: ["25 02 00 00 01 01", "25 00 00 00", "25 03 00 00 80 80 80"])
    func `an origin that is cut off is refused`(hex: String) {
        #expect(server(hex).violation == .malformed(.event))
    }

    @Test(arguments: NativeKind.allCases)
    func `flags where they have no meaning are refused`(kind: NativeKind) {
        let events: [NativeKind] = [.event, .namedEvent, .volatile, .namedVolatile]
        let requests: [NativeKind] = [.request, .namedRequest, .reply]
        for (flag, allowed) in [(0x40, events + requests), (0x20, events)] as [(UInt8, [NativeKind])] {
            let server = server()
            // An empty body is one byte short of anything that has flags.
            server.receive([kind.rawValue | flag, 0, 0, 0])
            #expect(server.violation == .malformed(kind))
            guard !allowed.contains(kind) else { continue }
            let other = self.server()
            other.receive([kind.rawValue | flag, 8, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1])
            #expect(other.violation == .malformed(kind))
        }
    }
}
