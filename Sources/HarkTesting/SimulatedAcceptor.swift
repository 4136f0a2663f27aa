internal import Hark

/// What listens in a simulated network.
@EventLoop
final class SimulatedAcceptor: Acceptor {
    /// 511 connections that wait to be accepted, as sockets have it. Who comes beyond tries again.
    private static let backlogMax = 511

    let endpoint: Endpoint
    private let accept: @EventLoop (Result<any Connection, HarkError>) -> Void
    private weak var network: SimulatedNetwork?
    private var backlog: [SimulatedConnection] = []
    private var isPaused = false
    private var isClosed = false

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

    // MARK: Connections

    /// Whether one more may wait.
    var hasRoom: Bool { backlog.count < Self.backlogMax }

    /// Accepts a connection, as soon as the owner wants one.
    func offer(_ connection: SimulatedConnection) {
        backlog.append(connection)
        acceptWaiting()
    }

    private func acceptWaiting() {
        while !isPaused, !isClosed, !backlog.isEmpty { accept(.success(backlog.removeFirst())) }
    }

    // MARK: Acceptor

    func pause() { isPaused = true }

    func resume() {
        isPaused = false
        network?.after(0) { self.acceptWaiting() }
    }

    func close() {
        isClosed = true
        for connection in backlog { connection.close() }
        backlog = []
        network?.remove(self)
    }
}
