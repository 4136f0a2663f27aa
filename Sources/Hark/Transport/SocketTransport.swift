package import HarkUV

/// TCP and unix sockets of the loop.
@EventLoop
package final class SocketTransport: Transport {
    /// The mode of the files of unix sockets that are listened on.
    private let fileMode: UInt32

    package nonisolated init(fileMode: UInt32) { self.fileMode = fileMode }

    // MARK: Dialling

    package func dial(
        _ endpoint: Endpoint, _ completion: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) -> any DialAttempt {
        let origin = SocketConnection.Origin(endpoint, isDialled: true)
        switch endpoint {
        case .tcp(let host, let port):
            return TCPDialer(host: host ?? "localhost", port: port) { result in
                completion(
                    result.map { SocketConnection($0, from: origin) }
                        .mapError { HarkError(dialling: endpoint, $0) })
            }
        case .udp: return SettledAttempt(.failure(HarkError(dialling: endpoint, .invalid)), completion)
        case .unix(let path):
            do throws(UVError) {
                return try ConnectRequest.pipe(path) { result in
                    completion(
                        result.map { SocketConnection($0, from: origin) }
                            .mapError { HarkError(dialling: endpoint, $0) })
                }
            } catch {
                return SettledAttempt(.failure(HarkError(dialling: endpoint, error)), completion)
            }
        }
    }

    // MARK: Listening

    package func listen(
        on endpoint: Endpoint, accept: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) throws(HarkError) -> any Acceptor {
        let origin = SocketConnection.Origin(endpoint, isDialled: false)
        do throws(UVError) {
            switch endpoint {
            case .tcp(let host, let port):
                guard let address = Self.listeningAddress(host: host, port: port) else {
                    throw .addressNotAvailable
                }
                let listener = try TCPSocket.listen(on: address.0, port: port) { result in
                    accept(
                        result.map { SocketConnection($0, from: origin) }.mapError { HarkError(accepting: $0) })
                }
                // Nobody finds a server whose port is not known.
                guard let bound = TCPSocket.localAddress(of: listener) else {
                    listener.close()
                    throw .addressNotAvailable
                }
                return SocketAcceptor(listener, endpoint: .tcp(host, port: bound.port))
            case .udp: throw .invalid
            case .unix(let path):
                let listener = try PipeSocket.listen(on: path, mode: fileMode) { result in
                    accept(
                        result.map { SocketConnection($0, from: origin) }.mapError { HarkError(accepting: $0) })
                }
                return SocketAcceptor(listener, endpoint: endpoint)
            }
        } catch {
            throw HarkError(listeningOn: endpoint, error)
        }
    }

    /// The numeric address to bind; `(nil)` for all. Names other than `localhost` are not looked up: which of their
    /// addresses to bind would be a guess.
    private static func listeningAddress(host: String?, port: Int) -> (SocketAddress?, Void)? {
        guard let host else { return (nil, ()) }
        return SocketAddress(numeric: host == "localhost" ? "127.0.0.1" : host, port: port).map { ($0, ()) }
    }
}

extension TCPDialer: DialAttempt {}
extension ConnectRequest: DialAttempt {}
extension AdoptRequest: DialAttempt {}

extension Endpoint {
    init(_ address: SocketAddress) { self = .tcp(address.host, port: address.port) }
}

/// A listening socket.
@EventLoop
private final class SocketAcceptor: Acceptor {
    let endpoint: Endpoint
    private let listener: UVListener

    init(_ listener: UVListener, endpoint: Endpoint) {
        self.listener = listener
        self.endpoint = endpoint
    }

    func pause() { listener.pause() }
    func resume() { listener.resume() }
    func close() { listener.close() }
}
