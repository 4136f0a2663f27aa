import Hark

/// The side of `hark connect`: a client, which connects again whenever the connection is lost.
@EventLoop
final class DiallingSide: Side {
    private let client: Client
    private let pingInterval: Double?
    private var ticker: Ticker?

    /// - Parameter pingInterval: in seconds; nil for no pings.
    init(_ endpoint: Endpoint, _ options: Client.Options, pingInterval: Double?) {
        self.pingInterval = pingInterval
        var options = options
        options.limits = .forLines
        options.timing = .forLines
        client = Client(to: endpoint, options: options)
    }

    func start(in conversation: Conversation) async throws(Failure) {
        let retries = client.options.reconnects
        client.on(.connect) { conversation.report(.connect(nil)) }
        client.on(.reconnect) { conversation.report(.reconnect) }
        client.on(.backoff) { conversation.report(.backoff(attempt: $0.attempt, delay: $0.delay)) }
        client.on(.giveUp) { error in
            if retries { conversation.end(Failure(.connection, error.message)) }
        }
        client.on(.dataChange) { conversation.report(.set($0.values, from: nil)) }
        client.on(.disconnect) { error in
            conversation.forgetRequests(of: nil)
            conversation.report(.disconnect(nil, reason: error.message))
            if !retries { conversation.end(Failure(connecting: error)) }
        }
        client.on(.connectError) { error in
            conversation.report(.error(error.message))
            if !retries { conversation.end(Failure(connecting: error)) }
        }
        client.on(.error) { conversation.report(.error($0.message)) }
        client.onAny { conversation.received($0) }
        client.onUnclaimedRequest { conversation.asked($0) }
        client.connect()
        if let pingInterval {
            ticker = Ticker(every: max(1, Int(pingInterval * 1_000))) { [weak self] in self?.ping(conversation) }
        }
    }

    private func ping(_ conversation: Conversation) {
        guard client.isConnected else { return }
        let began = Nanoseconds.now
        EventLoop.task { [client] in
            do {
                try await client.ping()
                conversation.tell("ping " + Nanoseconds.text(Nanoseconds.now - began))
            } catch {
                conversation.tell("ping failed: \((error as? HarkError)?.message ?? "\(error)")")
            }
        }
    }

    func emit(_ name: String, _ arguments: [Value], to peer: Peer.ID?) -> String? {
        guard peer == nil else { return Self.toIsForListen }
        if case .dropped(let reason) = client.emit(name, values: arguments) { return reason.sentence }
        return nil
    }

    func emit(
        _ name: String, _ arguments: [Value], to peer: Peer.ID?,
        _ completion: @escaping @EventLoop (HarkError?) -> Void
    ) -> String? {
        guard peer == nil else { return Self.toIsForListen }
        client.emit(name, values: arguments, ack: .forLines, completion)
        return nil
    }

    func set(_ values: Value.Object, with peer: Peer.ID?) -> String? {
        guard peer == nil else { return Self.toIsForListen }
        return client.data.set(values)
    }

    func get(_ key: String, of peer: Peer.ID?) -> Value? { peer == nil ? client.data.get(key) ?? .null : nil }

    func reconnect() -> String? {
        client.reconnect()
        return nil
    }

    var stage: String { client.isConnected ? "connected" : "connecting" }

    private static let toIsForListen = "\"to\" is for hark listen; here there is only the server"

    var statistics: Statistics { client.statistics }

    func makeRoom() async {
        let limit = client.options.limits.highWaterByteCount
        while client.queuedByteCount > limit, (try? await client.drained()) != nil {}
    }

    func drain() async {
        // Handed to the socket is not enough: the other side may die with it.
        try? await client.acknowledged()
    }

    func close() async {
        ticker?.stop()
        await client.close()
    }
}
