/// Why a connection is closed, as the number in a goodbye. Numbers are never given to another meaning.
package enum GoodbyeReason: UInt16, CaseIterable, Sendable {
    /// The application closed.
    case normal = 0
    /// The process ends.
    case shutdown = 1
    /// The server's application does not let this client in.
    case refused = 2
    /// The version is not spoken here; the goodbye lists those that are.
    case version = 3
    /// Too many peers, or too much that waits for this one.
    case limit = 4
    /// Another connection has taken over the session.
    case replaced = 5
    /// The handshake took too long.
    case handshakeTimeout = 6
    /// Nothing was heard for too long.
    case heartbeatTimeout = 7
    /// The server has ended the session: both sides forget it and the values that they shared.
    case invalidated = 8
    /// A frame has begun and its end did not come.
    case frameTimeout = 9

    // From 32 on: the other side broke the protocol.
    case wrongMagic = 32
    case unknownKind = 33
    case frameTooLong = 34
    case malformed = 35
    case unexpected = 36
    case nameRedefined = 37
    case nameUndefined = 38
    case nameTooLong = 39
    case tooManyNames = 40
    case acknowledgedTooMany = 41

    /// Whether the other side broke the protocol: a new connection would end the same way.
    package var isViolation: Bool { rawValue >= Self.wrongMagic.rawValue }
}
