import Hark
import Logging

/// The side of `hark listen`: a server with any number of addresses.
@EventLoop
final class ListeningSide: Side {
    private let endpoints: [Endpoint]
    private let server: Server

    init(_ endpoints: [Endpoint], _ logLevel: Logger.Level) {
        self.endpoints = endpoints
        var options = Server.Options()
        options.limits = .forLines
        options.timing = .forLines
        options.logger.logLevel = logLevel
        server = Server(options: options)
    }

    func start(in conversation: Conversation) async throws(Failure) {
        server.onConnection { peer in
            conversation.report(.connect(peer.id))
            // With its session it is the same peer.
            peer.on(.reconnect) { conversation.report(.connect(peer.id)) }
            peer.on(.dataChange) { conversation.report(.set($0.values, from: peer.id)) }
            peer.on(.disconnect) { error in
                conversation.forgetRequests(of: peer.id)
                conversation.report(.disconnect(peer.id, reason: error.message))
            }
        }
        server.on(.error) { conversation.report(.error($0.message)) }
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

    func emit(_ name: String, _ arguments: [Value], to peer: Peer.ID?) -> String? {
        guard let target = target(peer) else { return Self.unknown(peer) }
        if case .dropped(let reason) = target.emit(name, values: arguments) { return reason.sentence }
        return nil
    }

    func emit(
        _ name: String, _ arguments: [Value], to peer: Peer.ID?,
        _ completion: @escaping @EventLoop (HarkError?) -> Void
    ) -> String? {
        guard let target = target(peer) else { return Self.unknown(peer) }
        target.emit(name, values: arguments, ack: .forLines, completion)
        return nil
    }

    private func target(_ peer: Peer.ID?) -> Emitter? {
        guard let peer else { return server }
        return server.peer(peer)
    }

    private static func unknown(_ peer: Peer.ID?) -> String {
        "no peer \"\(peer ?? "")\" is connected; \"to\" takes an id of a \"connect\" line"
    }

    func set(_ values: Value.Object, with peer: Peer.ID?) -> String? {
        guard let peer else { return server.peers.lazy.compactMap { $0.data.set(values) }.first }
        return server.peer(peer).map { $0.data.set(values) } ?? Self.unknown(peer)
    }

    func get(_ key: String, of peer: Peer.ID?) -> Value? {
        guard let peer = peer.flatMap({ server.peer($0) }) else { return nil }
        return peer.data.get(key) ?? .null
    }

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
