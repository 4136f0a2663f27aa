import Hark

/// The side of `hark connect`: a client, which connects again whenever the connection is lost.
@EventLoop
final class DiallingSide: Side {
    private let client: Client
    private let dialect: Dialect
    private let retries: Bool
    private let failures = EmitFailures()
    private let pingInterval: Double?
    private var ticker: Ticker?

    /// - Parameters:
    ///   - retries: whether it keeps trying when there is no connection.
    ///   - pingInterval: in seconds; nil for no pings.
    init(_ endpoint: Endpoint, _ options: Client.Options, retries: Bool, pingInterval: Double?) {
        self.retries = retries
        self.pingInterval = pingInterval
        var options = options
        options.limits = .forLines
        options.timing = .forLines
        dialect = options.dialect
        client = Client(to: endpoint, options: options)
        // Only what comes from the other side is told.
        client.echo = .remoteOnly
        // Clients of the older dialects wait to be told so.
        if retries { client.autoReconnect() }
    }

    func start(in conversation: Conversation) async throws(Failure) {
        let retries = retries
        client.on(.connect) { conversation.report(.connect(nil)) }
        client.on(.reconnect) { conversation.report(.reconnect) }
        client.on(.backoff) { conversation.report(.backoff(attempt: $0.attempt, delay: $0.delay)) }
        client.on(.giveUp) { error in
            if retries { conversation.end(Failure(.connection, error.message)) }
        }
        client.on(.dataChanges) { conversation.report(.set($0, from: nil)) }
        client.on(.disconnect) { error in
            conversation.forgetRequests(of: nil)
            conversation.report(.disconnect(nil, reason: error.message))
            if !retries { conversation.end(Failure(connecting: error)) }
        }
        client.on(.connectError) { error in
            conversation.report(.error(error.message))
            if !retries { conversation.end(Failure(connecting: error)) }
        }
        failures.report = { conversation.report(.error($0.message)) }
        client.on(.error) { [failures] error in
            // No attempt is made at all.
            if error.code == .invalidEndpoint { conversation.end(Failure(error)) } else { failures.add(error) }
        }
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
        return failures.during { client.emit(name, values: arguments) }
    }

    func emit(
        _ name: String, _ arguments: [Value], to peer: Peer.ID?,
        _ completion: @escaping @EventLoop (HarkError?) -> Void
    ) -> String? {
        guard peer == nil else { return Self.toIsForListen }
        guard dialect.hasAcknowledgements else { return acknowledgementRefusal }
        failures.told { client.emit(name, values: arguments, ack: .forLines, completion) }
        return nil
    }

    private var acknowledgementRefusal: String {
        dialect.description == DialectName.uhura.rawValue
            ? "acknowledgements were switched off on the command line" : dialect.lacks("acknowledgements")
    }

    func set(_ values: Value.Object, with peer: Peer.ID?) -> String? {
        guard peer == nil else { return Self.toIsForListen }
        return dialect.hasData ? client.data.set(values, in: dialect) : dialect.lacks("shared data")
    }

    func get(_ key: String, of peer: Peer.ID?) throws(Instruction.Refusal) -> Value {
        guard peer == nil else { throw Instruction.Refusal(Self.toIsForListen) }
        guard dialect.hasData else { throw Instruction.Refusal(dialect.lacks("shared data")) }
        return client.data.get(key) ?? .null
    }

    let holdsBack = true

    var replyRefusal: String? { dialect.hasRequests ? nil : dialect.lacks("requests") }

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
