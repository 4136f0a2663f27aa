public import HarkUV
internal import HarkWire

/// Connections within the process: no sockets, no files, nothing another process could see. What listens on an address
/// of one `MemoryTransport` is found by those who dial with the same one.
///
/// ```swift
/// let memory = MemoryTransport()
/// options.environment.transport = memory
/// ```
/// Addresses are names: any endpoint will do. Nothing is called back before the next turn of the loop.
@EventLoop
public final class MemoryTransport: Transport {
    private var acceptors: [Endpoint: MemoryAcceptor] = [:]
    /// 49 152: where ports begin that nobody has registered (RFC 6335).
    private var nextPort = 49_152

    /// Nobody listens yet.
    public nonisolated init() {}

    /// Connects to who listens on `endpoint`.
    public func dial(
        _ endpoint: Endpoint, _ completion: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) -> any DialAttempt {
        let attempt = MemoryDial()
        EventLoop.task { [self] in
            guard !attempt.isCancelled else { return }
            guard let acceptor = acceptors[Self.name(endpoint)] else {
                return completion(
                    .failure(HarkError(.connect, "cannot connect to \(endpoint): nobody listens there in this process"))
                )
            }
            let (dialled, accepted) = MemoryConnection.pair(at: endpoint)
            acceptor.accept(accepted)
            completion(.success(dialled))
        }
        return attempt
    }

    /// Listens on `endpoint`; with port 0, on one that is free.
    ///
    /// - Throws: `HarkError` with code `.addressInUse` when somebody does already.
    public func listen(
        on endpoint: Endpoint, accept: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) throws(HarkError) -> any Acceptor {
        let bound = bound(endpoint)
        let name = Self.name(bound)
        guard acceptors[name] == nil else {
            throw HarkError(.addressInUse, "cannot listen on \(bound): something else listens there")
        }
        let acceptor = MemoryAcceptor(bound, accept) { [weak self] in self?.acceptors[name] = nil }
        acceptors[name] = acceptor
        return acceptor
    }

    private func bound(_ endpoint: Endpoint) -> Endpoint {
        guard case .tcp(let host, 0) = endpoint else { return endpoint }
        defer { nextPort += 1 }
        return .tcp(host, port: nextPort)
    }

    /// There is one host only, whatever it is called.
    private static func name(_ endpoint: Endpoint) -> Endpoint {
        if case .tcp(_, let port) = endpoint { .tcp(nil, port: port) } else { endpoint }
    }
}

@EventLoop
private final class MemoryDial: DialAttempt {
    private(set) var isCancelled = false

    func cancel() { isCancelled = true }
}

@EventLoop
private final class MemoryAcceptor: Acceptor {
    let endpoint: Endpoint
    private let accepted: @EventLoop (Result<any Connection, HarkError>) -> Void
    private let closed: @EventLoop () -> Void
    private var isPaused = false
    private var isClosed = false
    /// Those who have dialled and wait.
    private var waiting: [MemoryConnection] = []

    init(
        _ endpoint: Endpoint, _ accepted: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void,
        closed: @escaping @EventLoop () -> Void
    ) {
        self.endpoint = endpoint
        self.accepted = accepted
        self.closed = closed
    }

    func accept(_ connection: MemoryConnection) {
        waiting.append(connection)
        proceed()
    }

    private func proceed() {
        EventLoop.task { [self] in
            while !isPaused, !isClosed, !waiting.isEmpty { accepted(.success(waiting.removeFirst())) }
        }
    }

    func pause() { isPaused = true }

    func resume() {
        isPaused = false
        proceed()
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        closed()
        for connection in waiting { connection.close() }
        waiting = []
    }
}
