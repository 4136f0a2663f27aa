/// Who is at the other end of a connection, as far as the transport knows.
public struct PeerInfo: Sendable, Hashable {
    /// Where the other end is. A unix client has no name of its own: the path is the server's.
    public var endpoint: Endpoint?

    /// Unix sockets: the user who runs the other process.
    public var userID: UInt32?

    /// Unix sockets: that process's group.
    public var groupID: UInt32?

    /// Unix sockets: the other process.
    public var processID: Int32?

    /// Knows nothing yet.
    public init(endpoint: Endpoint? = nil) { self.endpoint = endpoint }
}
