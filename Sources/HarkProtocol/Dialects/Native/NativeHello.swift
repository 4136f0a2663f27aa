package import HarkWire

/// How a client introduces itself: the body of the first frame.
package struct NativeHello: Equatable, Sendable {
    package var node: NativeIdentifier
    package var capabilities: NativeCapabilities
    /// What the client accepts. The machine writes its own.
    package var limits = NativeLimits()
    /// Milliseconds of silence after which the client would like to send a ping; 0 for never. The server decides.
    package var heartbeat: Int
    /// The session it would like to continue.
    package var session: NativeSessionClaim?
    /// What the server's application judges it by.
    package var credentials: Value?
    /// An event to deliver when the client is gone without a goodbye: its name, and then its arguments.
    package var will: [Value]?

    package init(
        node: NativeIdentifier, capabilities: NativeCapabilities = [],
        heartbeat: Int = LivenessClock.heartbeatDefault, session: NativeSessionClaim? = nil, credentials: Value? = nil,
        will: [Value]? = nil
    ) {
        self.node = node
        self.capabilities = capabilities
        self.heartbeat = heartbeat
        self.session = session
        self.credentials = credentials
        self.will = will
    }

    init(reading body: UnsafeRawBufferPointer) throws(NativeViolation) {
        let map = try NativeMap(body, of: .hello)
        node = try map.identifier("node")
        capabilities = try map.capabilities("can")
        limits = try NativeLimits(reading: map.map("limits"))
        heartbeat = try map.count("beat", or: 0)
        if let claim = try map.map("session") { session = try NativeSessionClaim(reading: claim) }
        credentials = map.value("auth")
        will = try Self.will(map.value("will"))
    }

    private static func will(_ value: Value?) throws(NativeViolation) -> [Value]? {
        guard let value else { return nil }
        guard case .array(let content) = value, case .string(let name)? = content.first else {
            throw .malformed(.hello)
        }
        guard name.utf8.count <= NativeLimits.nameByteCountMax else { throw .nameTooLong(byteCount: name.utf8.count) }
        return content
    }

    /// Fails when the credentials or the will are nested too deeply.
    func write(to output: inout ByteWriter) throws(CBORError) {
        let count = 4 + (session == nil ? 0 : 1) + (credentials == nil ? 0 : 1) + (will == nil ? 0 : 1)
        CBORWriter.writeObjectHead(count: count, to: &output)
        CBORWriter.write("node", to: &output)
        node.write(to: &output)
        CBORWriter.write("can", to: &output)
        CBORWriter.write(UInt64(capabilities.rawValue), to: &output)
        CBORWriter.write("limits", to: &output)
        limits.write(to: &output)
        CBORWriter.write("beat", to: &output)
        CBORWriter.write(UInt64(heartbeat), to: &output)
        if let session {
            CBORWriter.write("session", to: &output)
            session.write(to: &output)
        }
        if let credentials {
            CBORWriter.write("auth", to: &output)
            try CBORWriter.write(credentials, depth: 1, to: &output)
        }
        if let will {
            CBORWriter.write("will", to: &output)
            try CBORWriter.write(.array(will), depth: 1, to: &output)
        }
    }
}
