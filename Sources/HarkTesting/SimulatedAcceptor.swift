internal import Hark

/// What listens in a simulated network.
@EventLoop
final class SimulatedAcceptor: Acceptor {
    let endpoint: Endpoint
    let accept: @EventLoop (Result<any Connection, HarkError>) -> Void
    private weak var network: SimulatedNetwork?

    init(
        endpoint: Endpoint, network: SimulatedNetwork,
        _ accept: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) {
        self.endpoint = endpoint
        self.network = network
        self.accept = accept
    }

    /// Whether somebody who dials `endpoint` means this one. Who gives no host dials `localhost`, who listens on none
    /// hears all.
    func hears(_ endpoint: Endpoint) -> Bool {
        switch (self.endpoint, endpoint) {
        case (.tcp(let own, let ownPort), .tcp(let host, let port)):
            ownPort == port && (own == nil || own == host ?? "localhost")
        default: self.endpoint == endpoint
        }
    }

    /// Whether the two cannot listen at the same time.
    func clashes(with endpoint: Endpoint) -> Bool {
        switch (self.endpoint, endpoint) {
        case (.tcp(let own, let ownPort), .tcp(let host, let port)):
            ownPort == port && (own == nil || host == nil || own == host)
        default: self.endpoint == endpoint
        }
    }

    func close() { network?.remove(self) }
}
