internal import HarkUV

/// Clients as the older libraries make them: they connect at once, and a function is called when that is done.
extension Client {
    /// A connection that is being made by somebody else: calls what it is given once, with the connection or what went
    /// wrong, and not before it has returned. As `Transport.dial` of an address.
    public typealias PendingConnection =
        @EventLoop (@escaping @EventLoop (Result<any Connection, HarkError>) -> Void) -> any DialAttempt

    /// A client that connects at once to a port.
    ///
    /// - Parameters:
    ///   - port: TCP.
    ///   - host: `localhost` by default.
    ///   - options: the defaults by default.
    ///   - connected: called once, when the first handshake is complete; not again after reconnecting.
    public convenience init(
        port: Int, host: String? = nil, options: Options = Options(), _ connected: (@EventLoop (Client) -> Void)? = nil
    ) {
        self.init(to: .tcp(host, port: port), options: options)
        begin(connected)
    }

    /// A client that connects at once to what a text names: a port, a URL or a path, see `Endpoint.init(target:)`.
    ///
    /// - Throws: `HarkError` with code `.invalidEndpoint` when the text names nothing.
    public convenience init(
        target: String, options: Options = Options(), _ connected: (@EventLoop (Client) -> Void)? = nil
    ) throws(HarkError) {
        self.init(to: try Endpoint(target: target), options: options)
        begin(connected)
    }

    /// A client over a connection that is there already and that nobody else reads. The client owns it from now on.
    ///
    /// `reconnect()` dials the address of its other end; when it has none, that fails with `.invalidEndpoint`.
    public convenience init(
        over connection: any Connection, options: Options = Options(), _ connected: (@EventLoop (Client) -> Void)? = nil
    ) {
        let pending: PendingConnection = { SettledAttempt(.success(connection), $0) }
        self.init(over: pending, at: connection.peerInfo.endpoint, options: options, connected)
    }

    /// A client over a connection that is still being made.
    ///
    /// - Parameters:
    ///   - pending: gives the connection; called once, at once.
    ///   - endpoint: where `reconnect()` connects to. By default the address of the connection's other end, once there
    ///     is one.
    ///   - options: as usual. `timing.connect` is how long the connection may take.
    ///   - connected: called once, when the first handshake is complete.
    public convenience init(
        over pending: @escaping PendingConnection, at endpoint: Endpoint? = nil, options: Options = Options(),
        _ connected: (@EventLoop (Client) -> Void)? = nil
    ) {
        var options = options
        options.environment.transport = AdoptedConnection(pending, at: endpoint, then: options.environment.transport)
        self.init(to: endpoint ?? AdoptedConnection.nowhere, options: options)
        begin(connected)
    }

    /// A client over a TCP or unix socket that is connected or still connecting, such as one that was inherited. The
    /// client owns the descriptor from now on.
    ///
    /// `reconnect()` dials the address of its other end; when it has none, as one of a socket pair, that fails with
    /// `.invalidEndpoint`. What is not such a socket fails as an attempt to connect does, with `.connect`.
    public convenience init(
        descriptor: Int32, options: Options = Options(), _ connected: (@EventLoop (Client) -> Void)? = nil
    ) {
        let pending: PendingConnection = { SocketConnection.adopt(descriptor, $0) }
        self.init(over: pending, options: options, connected)
    }

    private func begin(_ connected: (@EventLoop (Client) -> Void)?) {
        if let connected { once(.connect) { [unowned self] in connected(self) } }
        connect()
    }
}
