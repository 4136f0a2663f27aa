import Hark

/// The side of `hark listen`: a server with any number of addresses.
@EventLoop
final class ListeningSide: Side {
    private let endpoints: [Endpoint]
    private let server: Server
    private let dialects: [Dialect]
    private let failures = EmitFailures()

    init(_ endpoints: [Endpoint], _ options: Server.Options) {
        self.endpoints = endpoints
        dialects = options.dialects
        var options = options
        options.limits = .forLines
        options.timing = .forLines
        server = Server(options: options)
    }

    func start(in conversation: Conversation) async throws(Failure) {
        failures.report = { conversation.report(.error($0.message)) }
        server.onConnection { [failures] peer in
            // Only what comes from the other side is told.
            peer.echo = .remoteOnly
            conversation.report(.connect(peer.id))
            Self.tellOffer(of: peer, in: conversation)
            // With its session it is the same peer.
            peer.on(.reconnect) { conversation.report(.connect(peer.id)) }
            peer.on(.dataChanges) { conversation.report(.set($0, from: peer.id)) }
            peer.on(.error) { failures.add($0) }
            peer.on(.disconnect) { error in
                conversation.forgetRequests(of: peer.id)
                conversation.report(.disconnect(peer.id, reason: error.message))
            }
        }
        server.on(.error) { [failures] in failures.add($0) }
        server.onAny { conversation.received($0) }
        server.onUnclaimedRequest { conversation.asked($0) }
        for endpoint in endpoints {
            do throws(HarkError) {
                conversation.report(.listening(try await server.listen(on: endpoint)))
            } catch {
                throw Failure(error)
            }
        }
    }

    /// What a client of Uhura has brought along belongs to the handshake; of all others changes are told.
    private static func tellOffer(of peer: Peer, in conversation: Conversation) {
        guard peer.dialect == .uhura else { return }
        let values = peer.data.values.filter { $0.key != "sessionID" }
        if !values.isEmpty { conversation.report(.set(Value.Object(values.map { ($0.key, $0.value) }), from: peer.id)) }
    }

    func emit(_ name: String, _ arguments: [Value], to peer: Peer.ID?) -> String? {
        guard let target = target(peer) else { return Self.unknown(peer) }
        return failures.during { target.emit(name, values: arguments) }
    }

    func emit(
        _ name: String, _ arguments: [Value], to peer: Peer.ID?,
        _ completion: @escaping @EventLoop (HarkError?) -> Void
    ) -> String? {
        guard let target = target(peer) else { return Self.unknown(peer) }
        if let refusal = refusal(peer, \.hasAcknowledgements, "acknowledgements") { return refusal }
        failures.told { target.emit(name, values: arguments, ack: .forLines, completion) }
        return nil
    }

    /// Why something cannot be done with a peer, or with none of those that there may be.
    private func refusal(_ peer: Peer.ID?, _ has: (Dialect) -> Bool, _ what: String) -> String? {
        let dialects = peer.flatMap { server.peer($0) }.map { [$0.dialect] } ?? dialects
        guard let dialect = dialects.first, !dialects.contains(where: has) else { return nil }
        return dialect.lacks(what)
    }

    private func target(_ peer: Peer.ID?) -> Emitter? {
        guard let peer else { return server }
        return server.peer(peer)
    }

    private static func unknown(_ peer: Peer.ID?) -> String {
        "no peer \"\(peer ?? "")\" is connected; \"to\" takes an id of a \"connect\" line"
    }

    func set(_ values: Value.Object, with peer: Peer.ID?) -> String? {
        if let refusal = refusal(peer, \.hasData, "shared data") { return refusal }
        guard peer == nil || target(peer) != nil else { return Self.unknown(peer) }
        let peers = peer.map { server.peer($0).map { [$0] } ?? [] } ?? server.peers.filter(\.dialect.hasData)
        let refusals = peers.compactMap { $0.data.set(values, in: $0.dialect) }
        return refusals.first
    }

    func get(_ key: String, of peer: Peer.ID?) throws(Instruction.Refusal) -> Value {
        if let refusal = refusal(peer, \.hasData, "shared data") { throw Instruction.Refusal(refusal) }
        guard let peer = peer.flatMap({ server.peer($0) }) else {
            throw Instruction.Refusal("\"get\" needs a peer that is connected: its id as \"to\"")
        }
        return peer.data.get(key) ?? .null
    }

    let holdsBack = true

    var replyRefusal: String? { refusal(nil, \.hasRequests, "requests") }

    func reconnect() -> String? { "\"reconnect\" is for hark connect; here the clients do it" }

    var stage: String { "listening" }

    var statistics: Statistics { server.statistics }

    func makeRoom() async {
        for peer in server.peers {
            let limit = server.options.limits.highWaterByteCount
            while peer.queuedByteCount > limit, (try? await peer.drained()) != nil {}
        }
    }

    func drain() async {
        for peer in server.peers { try? await peer.acknowledged() }
    }

    func close() async { await server.close() }
}
