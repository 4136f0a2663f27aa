import HarkProtocol
import HarkUV
import HarkWire
package import Logging

/// A door for those who look after a running program: a unix socket, or a port of the loopback, to which they connect
/// with `telnet`, `nc` or `hark inspect`. There is a fixed set of commands, and nothing is evaluated.
///
/// A unix socket can be used by the user who runs the program and nobody else. A port can be used by everybody on the
/// machine: it is for machines that one trusts.
@EventLoop
package final class Console {
    /// 16 connections: a few people and a few programs. More are told so.
    package static let connectionCountMax = 16

    /// 1 MiB waits for who does not read, which is an answer that is very long; then they are disconnected.
    package static let queueByteCountMax = 1 << 20

    /// 200 ms of silence, and it is a person who waits for a prompt. Programs speak at once.
    package static let silenceMax: UInt64 = 200

    /// 100 ms between two who are refused because there are too many; others wait in the socket meanwhile. Programs
    /// that come again and again would otherwise take more of the loop than all that are admitted.
    private static let restMax: UInt64 = 100

    let target: any ConsoleTarget
    let clock: any EventClock
    /// Where it logs. May be replaced at any time, to log from another level on.
    package var logger: Logger
    private let transport: any Transport
    private let ownUserID: UInt32
    private var acceptor: (any Acceptor)?
    private lazy var resting = clock.timer { [weak self] in self?.acceptor?.resume() }
    private var connections: [ObjectIdentifier: ConsoleConnection] = [:]
    private var load: LoopLoad?

    /// - Parameters:
    ///   - target: what it shows and drives.
    ///   - ownUserID: who may connect over a unix socket; by default who runs this program.
    package init(
        _ target: any ConsoleTarget, environment: Environment = .live, logger: Logger, ownUserID: UInt32? = nil
    ) {
        self.target = target
        self.logger = logger
        self.ownUserID = ownUserID ?? PipeSocket.ownUserID
        clock = environment.clock
        // Whatever the sockets of the program are for, this one is for its user.
        transport = environment.transport is SocketTransport ? SocketTransport(fileMode: 0o600) : environment.transport
    }

    /// Where it listens, with the port that the system has chosen; nil when it does not.
    package var endpoint: Endpoint? { acceptor?.endpoint }

    /// How many are connected.
    package var clientCount: Int { connections.count }

    /// Listens, and keeps the loop running until `close`.
    ///
    /// - Parameter endpoint: port 0 lets the system choose.
    /// - Returns: the address really bound.
    /// - Throws: `.invalidOptions` when others than this machine could connect; `.duplicate` when it listens already;
    ///   and when the address cannot be bound.
    @discardableResult
    package func listen(on endpoint: Endpoint) throws(HarkError) -> Endpoint {
        try Self.check(endpoint)
        if let acceptor { throw HarkError(.duplicate, "the console listens already, at \(acceptor.endpoint)") }
        let acceptor = try transport.listen(on: endpoint) { [weak self] result in
            switch result {
            case .success(let connection): self?.accept(connection)
            case .failure(let error): self?.logger.info("console", metadata: ["error": "\(error)"])
            }
        }
        self.acceptor = acceptor
        load = LoopLoad()
        EventLoop.retain(self)
        logger.info("console listening", metadata: ["endpoint": "\(acceptor.endpoint)"])
        return acceptor.endpoint
    }

    /// Which part of the time the loop was busy, from 0 to 1, since this was asked before; nil when it was never open.
    func takeLoad() -> Double? { load?.take() }

    /// Stops listening and disconnects everybody. It may listen again.
    package func close() {
        guard let acceptor else { return }
        self.acceptor = nil
        acceptor.close()
        resting.cancel()
        for connection in connections.values { connection.close() }
        EventLoop.release(self)
    }

    private static func check(_ endpoint: Endpoint) throws(HarkError) {
        guard case .tcp(let host, _) = endpoint, !isLoopback(host) else { return }
        let name = host.map { "\"\($0)\" is" } ?? "all addresses are"
        throw HarkError(
            .invalidOptions,
            "the console does whatever it is told, and \(name) not this machine alone; give it a unix socket, "
                + "localhost, 127.0.0.1 or ::1, and a tunnel for who is elsewhere")
    }

    private static func isLoopback(_ host: String?) -> Bool {
        guard let host else { return false }
        if host == "localhost" || host == "::1" { return true }
        let address = Array(host.utf8).withUnsafeBytes { DatagramAddress(ipv4: $0, port: 0) }
        return address.map { $0.low >> 24 == 127 } ?? false
    }

    // MARK: Connections

    private func accept(_ connection: any Connection) {
        let who = connection.peerInfo
        // A transport that does not know users has none.
        if let userID = who.userID, userID != ownUserID {
            logger.info("console refused", metadata: ["user": "\(userID)"])
            return refuse(connection, "only the user who runs this program may use its console", code: "permission")
        }
        guard connections.count < Self.connectionCountMax else {
            rest()
            return refuse(
                connection, "\(connections.count) are connected, and no more may be; close one of them", code: "limit")
        }
        let client = ConsoleConnection(connection, of: self)
        connections[ObjectIdentifier(client)] = client
        logger.debug("console connected", metadata: ["clients": "\(clientCount)"])
        target.consoleConnected(who)
        client.start()
    }

    /// Accepts nobody for a while.
    private func rest() {
        acceptor?.pause()
        resting.schedule(at: clock.now + Self.restMax)
    }

    func ended(_ client: ConsoleConnection, _ who: PeerInfo) {
        guard connections.removeValue(forKey: ObjectIdentifier(client)) != nil else { return }
        logger.debug("console disconnected", metadata: ["clients": "\(clientCount)"])
        target.consoleDisconnected(who)
    }

    /// What they speak is not known yet: this is for people and for programs.
    private func refuse(_ connection: any Connection, _ reason: String, code: String) {
        let line = Array((ConsoleRequest.answer(.failure(ConsoleError(reason, code: code)), id: .null) + "\n").utf8)
        guard (try? connection.tryWrite(line.span.bytes, RawSpan())) != nil else { return connection.close() }
        // It keeps itself.
        _ = LingeringConnection(connection, clock: clock)
        connection.startReading()
    }
}
