internal import HarkUV

/// Gives a client the connection that it was made over, and dials for those after it.
@EventLoop
final class AdoptedConnection: Transport {
    /// Stands for the address of a connection that has none.
    static nonisolated let nowhere = Endpoint.unix("")

    private var pending: Client.PendingConnection?
    /// Where the other end is, as far as it is known.
    private var endpoint: Endpoint?
    private let transport: any Transport

    init(_ pending: @escaping Client.PendingConnection, at endpoint: Endpoint?, then transport: any Transport) {
        self.pending = pending
        self.endpoint = endpoint
        self.transport = transport
    }

    func dial(
        _ endpoint: Endpoint, _ completion: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) -> any DialAttempt {
        if let pending {
            self.pending = nil
            return pending { [self] result in
                if self.endpoint == nil { self.endpoint = (try? result.get())?.peerInfo.endpoint }
                completion(result)
            }
        }
        guard let endpoint = self.endpoint else {
            let text = "the connection that the client was made over has no address to connect to again"
            return SettledAttempt(.failure(HarkError(.invalidEndpoint, "\(text); make a new client")), completion)
        }
        return transport.dial(endpoint, completion)
    }

    func listen(
        on endpoint: Endpoint, accept: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) throws(HarkError) -> any Acceptor { try transport.listen(on: endpoint, accept: accept) }
}
