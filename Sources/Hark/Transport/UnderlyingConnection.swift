public import HarkUV
internal import HarkWire

/// The connection below a client or a peer, for those who want to know more than events: who is at the other end, what
/// arrives byte by byte, and when it ends. There is one for each connection, and it ends with it.
@EventLoop
public final class UnderlyingConnection {
    /// Who is at the other end: its address, and on unix sockets its user, group and process.
    public let peerInfo: PeerInfo

    /// This end's address, as far as the transport knows.
    public let localEndpoint: Endpoint?

    /// Whether it has ended.
    public private(set) var isClosed = false

    private let link: Link
    private var closeListeners: [@EventLoop (HarkError?) -> Void] = []
    private var readListeners: [@EventLoop ([UInt8]) -> Void] = []

    /// Puts itself between the connection and who takes its bytes.
    init(_ connection: any Connection, of link: Link) {
        self.link = link
        peerInfo = connection.peerInfo
        localEndpoint = connection.localEndpoint
        if let receiver = connection.receiver { connection.receiver = ConnectionTap(self, receiver) }
    }

    /// Calls `body` with the bytes of each read, as they are on the wire, before the events in them are delivered.
    public func onRead(_ body: @escaping @EventLoop ([UInt8]) -> Void) { readListeners.append(body) }

    /// Calls `body` when the connection has ended, with what the transport says of the reason: nil when either side has
    /// closed it in order. In a turn of its own, also when it has ended already.
    public func onClose(_ body: @escaping @EventLoop (HarkError?) -> Void) {
        closeListeners.append(body)
        if isClosed { tellListeners() }
    }

    /// Why the connection ended; nil while it is open, or when it was closed in order.
    public internal(set) var closeError: HarkError?

    /// Ends the connection now, without a goodbye. To its client or peer it is a lost connection: a client connects
    /// again.
    public func close() {
        guard !isClosed else { return }
        link.drop(HarkError(.disconnected, "the connection was closed by hand"))
    }

    func read(_ bytes: RawSpan) {
        guard !readListeners.isEmpty else { return }
        let copy = Array(bytes.memory)
        for listener in readListeners { listener(copy) }
    }

    /// The link has given up the connection.
    func ended() {
        guard !isClosed else { return }
        isClosed = true
        readListeners = []
        tellListeners()
    }

    /// Not from within: the emitter is not done with the loss, and they may want to use it.
    private func tellListeners() {
        guard !closeListeners.isEmpty else { return }
        EventLoop.task { [self] in
            let listeners = closeListeners
            closeListeners = []
            for listener in listeners { listener(closeError) }
        }
    }
}

/// Stands between a connection and its link, or the link's gateway.
@EventLoop
final class ConnectionTap: ConnectionReceiver {
    let user: UnderlyingConnection
    private let receiver: any ConnectionReceiver

    init(_ user: UnderlyingConnection, _ receiver: any ConnectionReceiver) {
        self.user = user
        self.receiver = receiver
    }

    func received(_ bytes: RawSpan) {
        user.read(bytes)
        if !user.isClosed { receiver.received(bytes) }
    }

    func readEnded(_ error: HarkError?) {
        user.closeError = error
        receiver.readEnded(error)
    }

    func wrote(_ error: HarkError?) {
        if let error { user.closeError = error }
        receiver.wrote(error)
    }
}

extension Link {
    /// The connection as its users see it; nil while there is none.
    final var underlyingConnection: UnderlyingConnection? {
        guard let wire else { return nil }
        return tap?.user ?? UnderlyingConnection(wire, of: self)
    }

    /// Who is between the connection and what takes its bytes, if anybody has asked for it.
    final var tap: ConnectionTap? { wire?.receiver as? ConnectionTap }

    /// The connection whose bytes are those on the wire.
    private var wire: (any Connection)? { (connection as? Gateway)?.wire ?? connection }
}

extension Client {
    /// The connection below; nil while there is none.
    public var connection: UnderlyingConnection? { link.underlyingConnection }
}

extension Peer {
    /// The connection below; nil while the session waits for the client to come back.
    public var connection: UnderlyingConnection? { link.underlyingConnection }
}
