import HarkProtocol
import HarkWire
import Testing

/// Bodies that do not read as their kind demands.
@Suite struct NativeBodyTests {
    /// A server that is open, knows "tick" as name 1 and has sent five events.
    private func server() -> NativeSide {
        let server = NativeConversation.receiver(.server)
        let client = NativeSide(.client)
        client.open()
        _ = client.define("tick")
        server.receive(client.take())
        server.forget()
        return server
    }

    private func hear(_ kind: NativeKind, _ body: [UInt8]) -> NativeSide {
        let server = server()
        server.receive([kind.rawValue, UInt8(body.count), 0, 0] + body)
        return server
    }

    @Test(arguments: NativeKind.allCases)
    func `a body of no bytes is refused where the kind needs some`(kind: NativeKind) {
        let violation = hear(kind, []).violation
        switch kind {
        case .flush: #expect(violation == nil)
        case .hello, .welcome: #expect(violation == .unexpected(kind))
        case .goodbye, .name, .event, .namedEvent, .volatile, .namedVolatile, .ack, .settled, .request, .namedRequest,
            .reply, .failure, .ping, .pong, .data, .storm:
            #expect(violation == .malformed(kind))
        }
    }

    @Test(
        arguments: [
            // Nothing, more than a number, a number that is cut off, longer than needed, or over 64 bits.
            (.ack, "00"), (.ack, "01 00"), (.ack, "80"), (.ack, "81 00"), (.ack, "ff ff ff ff ff ff ff ff ff 02"),
            (.event, "80"), (.event, "81 00"), (.volatile, "80 00"),
            // The number of no event, no outcome, a text that is none.
            (.settled, "00 01"), (.settled, "01"), (.settled, "01 01 ff"),
            // All is well, which is no failure.
            (.failure, "01 00"), (.failure, "01"), (.failure, "01 01 c0"),
            (.request, "01"), (.request, "01 00"), (.namedRequest, "01 00"), (.namedRequest, "01 00 02 61"),
            (.reply, "80"),
            (.ping, "01 02 03 04 05 06 07"), (.ping, "01 02 03 04 05 06 07 08 09"), (.pong, "01"),
            // A key without a version, a value that is cut off, two values, a key that is no text.
            (.data, "01 61"), (.data, "01 61 01 61"), (.data, "01 61 01 01 02"), (.data, "01 ff 01 01"),
            (.flush, "00"),
            (.storm, "01"), (.storm, "01 02 03"), (.storm, "01 80"),
        ] as [(NativeKind, String)])
    func `a body that is something else is refused`(kind: NativeKind, body: String) {
        #expect(hear(kind, NativeVectors.bytes(hex: body)).violation == .malformed(kind))
    }

    @Test func `more acknowledged or settled than was sent is refused`() {
        #expect(hear(.ack, [5]).violation == nil)
        #expect(hear(.ack, [6]).violation == .acknowledgedTooMany)
        #expect(hear(.ack, [255, 255, 255, 255, 255, 255, 255, 255, 255, 1]).violation == .acknowledgedTooMany)
        #expect(hear(.settled, [5, 0]).violation == nil)
        #expect(hear(.settled, [6, 0]).violation == .acknowledgedTooMany)
    }

    @Test func `any kind with any flags and any short body is taken or refused`() {
        for first in UInt8.min...UInt8.max {
            for filling in [0x00, 0x01, 0x7F, 0x80, 0xFF] as [UInt8] {
                for count in [0, 1, 2, 3, 8, 9, 20] {
                    let side = server()
                    side.receive([first, UInt8(count), 0, 0] + [UInt8](repeating: filling, count: count))
                    #expect(!side.transcript.isEmpty)
                    let isOver = side.violation != nil || side.machine.goodbye != nil
                    #expect((side.machine.state == .closing) == isOver)
                }
            }
        }
    }
}
