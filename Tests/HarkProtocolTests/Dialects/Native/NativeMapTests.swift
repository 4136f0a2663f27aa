import HarkProtocol
import HarkWire
import Testing

/// Greetings that are not what they should be.
@Suite struct NativeMapTests {
    static let node = Value.bytes(Bytes(Array(0..<16)))

    static func frame(_ kind: NativeKind, _ body: Value) throws -> [UInt8] {
        var output = ByteWriter(pool: ChunkPool())
        NativeFrame.begin(kind, into: &output)
        try CBORWriter.write(body, to: &output)
        NativeFrame.end(&output)
        return output.takeBytes()
    }

    private func violation(_ kind: NativeKind, _ body: Value) throws -> NativeViolation? {
        let side = NativeSide(kind == .hello ? .server : .client, answer: .wait)
        side.open()
        side.receive(NativeMachineTests.magic)
        side.receive(try Self.frame(kind, body))
        return side.violation
    }

    @Test(arguments: [NativeKind.hello, .welcome])
    func `a greeting needs a node and nothing else, and what is not known does not matter`(kind: NativeKind) throws {
        #expect(try violation(kind, ["node": Self.node]) == nil)
        #expect(try violation(kind, ["node": Self.node, "later": ["a": 1], "": nil]) == nil)
        #expect(try violation(kind, ["node": Self.node, "can": 0x7FFF_FFFF_FFFF]) == nil)
    }

    @Test(
        arguments: [NativeKind.hello, .welcome],
        [
            [:], nil, [1], ["node": 1], ["node": .bytes([1])], ["node": node, "can": -1], ["node": node, "can": "x"],
            ["node": node, "beat": 1.5], ["node": node, "beat": -1], ["node": node, "limits": 1],
            ["node": node, "session": []], ["node": node, "session": ["id": node]],
            ["node": node, "session": ["id": node, "token": node, "received": -1]],
        ] as [Value])
    func `a greeting that is something else is refused`(kind: NativeKind, body: Value) throws {
        #expect(try violation(kind, body) == .malformed(kind))
    }

    @Test(arguments: ["01 00 00 00", "01 01 00 00 a1", "01 03 00 00 a0 a0 a0", "01 02 00 00 9f ff"])
    func `a greeting that is not one CBOR map is refused`(hex: String) {
        let server = NativeSide(.server)
        server.open()
        server.receive(NativeMachineTests.magic + NativeVectors.bytes(hex: hex))
        #expect(server.violation == .malformed(.hello))
    }
}
