/// What can be chosen of the socket-ipc dialect.
struct SocketIPCOptions: Sendable, Hashable {
    /// Nil for JSON that ends with two zero bytes.
    var transcoder: (any Transcoder)?
    /// Whether what is emitted without a connection waits for the next one.
    var queuesOffline = false

    static func == (one: SocketIPCOptions, other: SocketIPCOptions) -> Bool {
        one.transcoder === other.transcoder && one.queuesOffline == other.queuesOffline
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(transcoder.map(ObjectIdentifier.init))
        hasher.combine(queuesOffline)
    }
}
