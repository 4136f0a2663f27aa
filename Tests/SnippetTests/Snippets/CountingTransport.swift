import Hark

/// Makes connections as another transport does, and counts the attempts.
@EventLoop
final class CountingTransport: Transport {
    private let inner: any Transport
    private(set) var dialCount = 0

    init(around inner: any Transport) { self.inner = inner }

    func dial(
        _ endpoint: Endpoint, _ completion: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) -> any DialAttempt {
        dialCount += 1
        return inner.dial(endpoint, completion)
    }

    func listen(
        on endpoint: Endpoint, accept: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) throws(HarkError) -> any Acceptor {
        try inner.listen(on: endpoint, accept: accept)
    }
}
