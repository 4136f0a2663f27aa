internal import HarkWire

/// A client's wish to continue a session.
package struct NativeSessionClaim: Hashable, Sendable {
    package var id: NativeIdentifier
    /// What the server gave it as proof, and nobody else knows.
    package var token: NativeIdentifier
    /// How many counted events of the server it has processed in this session.
    package var received: UInt64

    package init(id: NativeIdentifier, token: NativeIdentifier, received: UInt64) {
        self.id = id
        self.token = token
        self.received = received
    }

    init(reading map: NativeMap) throws(NativeViolation) {
        id = try map.identifier("id")
        token = try map.identifier("token")
        received = UInt64(try map.count("received", or: 0))
    }

    func write(to output: inout ByteWriter) {
        CBORWriter.writeObjectHead(count: 3, to: &output)
        CBORWriter.write("id", to: &output)
        id.write(to: &output)
        CBORWriter.write("token", to: &output)
        token.write(to: &output)
        CBORWriter.write("received", to: &output)
        CBORWriter.write(received, to: &output)
    }
}
