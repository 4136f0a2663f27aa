public import HarkUV

/// Makes connections: over sockets, in memory or in a simulated network.
///
/// A client dials, a server listens; both get `Connection`s and never learn how they are made. All calls come on the
/// loop.
@EventLoop
public protocol Transport: AnyObject, Sendable {
    /// Starts to connect. `completion` is called once, after this call has returned, unless the attempt is cancelled.
    func dial(
        _ endpoint: Endpoint, _ completion: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) -> any DialAttempt

    /// Starts to listen. `accept` is called for every connection, with the connection not yet reading.
    ///
    /// - Returns: what listens, which knows the address really bound.
    /// - Throws: when the address cannot be bound; the error says why and what to do.
    func listen(
        on endpoint: Endpoint, accept: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) throws(HarkError) -> any Acceptor
}

/// A connection that is being made.
@EventLoop
public protocol DialAttempt: AnyObject {
    /// Gives up. The completion is not called any more.
    func cancel()
}

/// What listens for connections.
@EventLoop
public protocol Acceptor: AnyObject {
    /// The address really bound: with the port that the system has chosen.
    var endpoint: Endpoint { get }

    /// Accepts nobody until `resume()`: who dials meanwhile waits. A server asks for it while as many handshakes are in
    /// progress as `Limits.handshakeCount`. Optional; without it the server closes the connections beyond.
    func pause()

    /// Accepts again, whoever has waited first. Nobody is accepted before this call has returned.
    func resume()

    /// Stops listening. Connections accepted before are not touched.
    func close()
}

extension Acceptor {
    /// Does nothing.
    public func pause() {}

    /// Does nothing.
    public func resume() {}
}
