internal import Hark

/// An attempt to connect in a simulated network.
@EventLoop
final class SimulatedDial: DialAttempt {
    let endpoint: Endpoint
    private var completion: (@EventLoop (Result<any Connection, HarkError>) -> Void)?

    init(_ endpoint: Endpoint, _ completion: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void) {
        self.endpoint = endpoint
        self.completion = completion
    }

    /// Whether nobody wants to know any more.
    var isCancelled: Bool { completion == nil }

    func finish(_ result: Result<any Connection, HarkError>) {
        let completion = completion
        self.completion = nil
        completion?(result)
    }

    func cancel() { completion = nil }
}
