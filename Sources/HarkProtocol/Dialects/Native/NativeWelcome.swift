internal import HarkWire

/// A server's answer to a client it lets in. Events may pass after it.
package struct NativeWelcome: Equatable, Sendable {
    package var node: NativeIdentifier
    /// What the server calls the client.
    package var peer: String
    /// What both can do. The machine drops what the client cannot.
    package var capabilities: NativeCapabilities
    /// What the server accepts. The machine writes its own.
    package var limits = NativeLimits()
    /// Milliseconds of silence after which either side sends a ping; 0 for never. Decided for both.
    package var heartbeat: Int
    /// Absent when the server keeps no sessions.
    package var session: NativeSessionGrant?

    package init(
        node: NativeIdentifier, peer: String, capabilities: NativeCapabilities = [],
        heartbeat: Int = LivenessClock.heartbeatDefault, session: NativeSessionGrant? = nil
    ) {
        self.node = node
        self.peer = peer
        self.capabilities = capabilities
        self.heartbeat = heartbeat
        self.session = session
    }

    init(reading body: UnsafeRawBufferPointer) throws(NativeViolation) {
        let map = try NativeMap(body, of: .welcome)
        node = try map.identifier("node")
        peer = try map.text("peer", byteCountMax: NativeLimits.nameByteCountMax)
        capabilities = try map.capabilities("can")
        limits = try NativeLimits(reading: map.map("limits"))
        heartbeat = try map.count("beat", or: 0)
        if let grant = try map.map("session") { session = try NativeSessionGrant(reading: grant) }
    }

    func write(to output: inout ByteWriter) {
        CBORWriter.writeObjectHead(count: session == nil ? 5 : 6, to: &output)
        CBORWriter.write("node", to: &output)
        node.write(to: &output)
        CBORWriter.write("peer", to: &output)
        CBORWriter.write(peer, to: &output)
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
    }
}
