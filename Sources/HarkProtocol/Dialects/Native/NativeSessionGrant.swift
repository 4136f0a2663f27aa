internal import HarkWire

/// The session a server gives a client, or gives back.
package struct NativeSessionGrant: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        /// Both counts begin at zero.
        case new
        /// The claimed session goes on.
        case resumed
        /// The claimed session cannot go on; this is a new one.
        case refused(why: String)
    }

    package var id: NativeIdentifier
    /// Proves in a later claim that the session is the client's.
    package var token: NativeIdentifier
    /// How many counted events of the client the server has processed in this session.
    package var received: UInt64
    package var outcome: Outcome

    package init(id: NativeIdentifier, token: NativeIdentifier, received: UInt64 = 0, outcome: Outcome = .new) {
        self.id = id
        self.token = token
        self.received = received
        self.outcome = outcome
    }

    init(reading map: NativeMap) throws(NativeViolation) {
        id = try map.identifier("id")
        token = try map.identifier("token")
        received = UInt64(try map.count("received", or: 0))
        switch map.value("state")?.string {
        case "new": outcome = .new
        case "resumed": outcome = .resumed
        case "refused":
            outcome = .refused(why: try map.text("why", byteCountMax: NativeLimits.textByteCountMax))
        default: throw .malformed(.welcome)
        }
        // A new session has nothing behind it.
        guard received == 0 || outcome == .resumed else { throw .malformed(.welcome) }
    }

    func write(to output: inout ByteWriter) {
        var why: String?
        if case .refused(let reason) = outcome { why = NativeLimits.shortened(reason) }
        CBORWriter.writeObjectHead(count: why == nil ? 4 : 5, to: &output)
        CBORWriter.write("id", to: &output)
        id.write(to: &output)
        CBORWriter.write("token", to: &output)
        token.write(to: &output)
        CBORWriter.write("received", to: &output)
        CBORWriter.write(received, to: &output)
        CBORWriter.write("state", to: &output)
        switch outcome {
        case .new: CBORWriter.write("new", to: &output)
        case .resumed: CBORWriter.write("resumed", to: &output)
        case .refused: CBORWriter.write("refused", to: &output)
        }
        if let why {
            CBORWriter.write("why", to: &output)
            CBORWriter.write(why, to: &output)
        }
    }
}
