import Hark

/// The side of `hark connect`: a client, which connects again whenever the connection is lost.
@EventLoop
final class DiallingSide: Side {
    private let client: Client

    init(_ endpoint: Endpoint, credentials: Value?, retries: Bool) {
        var options = Client.Options()
        options.credentials = credentials
        options.reconnects = retries
        options.limits = .forLines
        client = Client(to: endpoint, options: options)
    }

    func start(in conversation: Conversation) async throws(Failure) {
        let retries = client.options.reconnects
        client.on(.connect) { conversation.report(.connect(nil)) }
        client.on(.reconnect) { conversation.report(.reconnect) }
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
    }

    func emit(_ name: String, _ arguments: [Value], to peer: Peer.ID?) -> String? {
        guard peer == nil else { return "\"to\" is for hark listen; here there is only the server" }
        if case .dropped(let reason) = client.emit(name, values: arguments) { return reason.sentence }
        return nil
    }

    func emit(
        _ name: String, _ arguments: [Value], to peer: Peer.ID?,
        _ completion: @escaping @EventLoop (HarkError?) -> Void
    ) -> String? {
        guard peer == nil else { return "\"to\" is for hark listen; here there is only the server" }
        client.emit(name, values: arguments, ack: .forLines, completion)
        return nil
    }

    var statistics: Statistics { client.statistics }

    func makeRoom() async {
        let limit = client.options.limits.highWaterByteCount
        while client.queuedByteCount > limit, (try? await client.drained()) != nil {}
    }

    func drain() async {
        if client.queuedByteCount > 0 { try? await client.drained() }
    }

    func close() async { await client.close() }
}
