extension Emitter {
    /// How many bytes wait for a connection, or for the connection to take them. A server's wait with its peers.
    package var queuedByteCount: Int { outlet.onLoop { $0.queuedByteCount } }
}
