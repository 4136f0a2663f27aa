import Hark

/// The side of `hark node`: a node of a bus, which listens, connects, or both.
@EventLoop
final class NodeSide: Side {
    private let listened: [Endpoint]
    private let connected: [Endpoint]
    private let patterns: [String]
    private let node: Node
    private let failures = EmitFailures()
    /// Connections that were told of, and whose end is to be told as well.
    private var told: Set<ObjectIdentifier> = []
    /// The last error that the node has told of by itself.
    private var lastError = ""

    /// - Parameters:
    ///   - listened: where other nodes are accepted.
    ///   - connected: where other nodes are.
    ///   - patterns: what is heard; everything by default.
    init(
        _ listened: [Endpoint], _ connected: [Endpoint], _ options: Node.Options, hearing patterns: [String] = [">"]
    ) {
        self.listened = listened
        self.connected = connected
        self.patterns = patterns
        var options = options
        options.timing = .forLines
        node = Node(options: options)
    }

    func start(in conversation: Conversation) async throws(Failure) {
        failures.report = { conversation.report(.error($0.message)) }
        node.on(.error) { [weak self, failures] in
            self?.lastError = $0.message
            failures.add($0)
        }
        node.on(.eventLoss) { conversation.report(.error(Self.sentence(of: $0))) }
        node.on(.peer) { [weak self] in self?.happened($0, in: conversation) }
        do throws(HarkError) {
            try node.on(matchingAnyOf: patterns) { conversation.received($0) }
            try node.openConsole()
            for endpoint in listened { conversation.report(.listening(try await node.listen(on: endpoint))) }
        } catch {
            throw Failure(error)
        }
        for endpoint in connected { node.connect(to: endpoint) }
    }

    private func happened(_ happening: Node.Happening, in conversation: Conversation) {
        let peer = happening.peer
        switch happening.kind {
        case .initialized:
            told.insert(ObjectIdentifier(peer))
            conversation.report(.connect(peer.id))
        case .reconnect: conversation.report(.reconnect)
        case .disconnect(let error):
            // Whoever never came as far as that was not there; who was refused was told of.
            if told.remove(ObjectIdentifier(peer)) != nil {
                conversation.report(.disconnect(peer.id, reason: error.message))
            } else if error.message != lastError {
                conversation.report(.error(error.message))
            }
        case .backoff(let backoff):
            conversation.report(.backoff(attempt: backoff.attempt, delay: backoff.delay))
        case .connect, .peerid, .acknowledge, .timeout, .drain, .end: break
        }
    }

    private static func sentence(of loss: Node.Loss) -> String {
        let events = loss.eventCount == 1 ? "1 event" : "\(loss.eventCount) events"
        return "\(events) of \(loss.node) were lost: they were kept no longer, or a node between had no room"
    }

    // MARK: What is asked

    func emit(_ name: String, _ arguments: [Value], to peer: Peer.ID?) -> String? {
        guard peer == nil else { return Self.toIsForListen }
        return failures.during { node.emit(name, values: arguments) }
    }

    func emit(
        _ name: String, _ arguments: [Value], to peer: Peer.ID?,
        _ completion: @escaping @EventLoop (HarkError?) -> Void
    ) -> String? {
        peer == nil ? "a node has no acknowledgements; leave \"ack\" out, and look at the errors" : Self.toIsForListen
    }

    func set(_ values: Value.Object, with peer: Peer.ID?) -> String? { Self.dataIsForConnections }

    func get(_ key: String, of peer: Peer.ID?) throws(Instruction.Refusal) -> Value {
        throw Instruction.Refusal(Self.dataIsForConnections)
    }

    func reconnect() -> String? { "\"reconnect\" is for hark connect; a node connects again by itself" }

    let holdsBack = false

    var replyRefusal: String? {
        "this node is asked nothing: requests go to nodes that have said what they answer; use hark listen"
    }

    private static let toIsForListen = "\"to\" is for hark listen; on a bus everyone hears everything"
    private static let dataIsForConnections = "nodes share no data; it is for hark listen and hark connect"

    // MARK: How it goes

    var stage: String { "\(node.nodes.count) others" }

    var statistics: Statistics { node.statistics }

    func makeRoom() async { try? await node.drained() }

    func drain() async { try? await node.emptied() }

    func close() async { await node.end() }
}
