import Hark

/// The side of `hark cast`: a member of a group, where everyone hears everyone.
@EventLoop
final class GroupSide: Side {
    private let group: MulticastGroup
    private let failures = EmitFailures()

    init(_ options: MulticastGroup.Options) {
        var options = options
        options.timing = .forLines
        group = MulticastGroup(options: options)
        // Only what comes from others is told.
        group.echo = .remoteOnly
    }

    func start(in conversation: Conversation) async throws(Failure) {
        failures.report = { conversation.report(.error($0.message)) }
        group.on(.listening) { conversation.report(.listening($0)) }
        group.on(.error) { [failures] in failures.add($0) }
        group.on(.loss) { conversation.report(.error(Self.sentence(of: $0))) }
        group.on(.memberJoined) { conversation.report(.member($0.id, at: $0.endpoint, isThere: true)) }
        group.on(.memberLeft) { conversation.report(.member($0.id, at: $0.endpoint, isThere: false)) }
        group.on(.congestion) { conversation.tell(Self.sentence(of: $0)) }
        group.onAny { conversation.received($0) }
        do throws(HarkError) {
            try await group.start()
        } catch {
            throw Failure(error)
        }
    }

    private static func sentence(of loss: MulticastGroup.Loss) -> String {
        let events = loss.eventCount.map { $0 == 1 ? "1 event" : "\($0) events" } ?? "events"
        let datagrams = loss.datagramCount == 1 ? "1 datagram" : "\(loss.datagramCount) datagrams"
        return "\(events) of \(loss.member.id) were lost: \(datagrams) did not arrive, and could not be repaired"
    }

    private static func sentence(of congestion: MulticastGroup.Congestion) -> String {
        let queued = "\((congestion.queuedByteCount / 1_024).grouped) KiB wait"
        return congestion.member.map { "\($0.id) holds the others up; \(queued)" }
            ?? "nobody holds the others up; \(queued)"
    }

    // MARK: What is asked

    func emit(_ name: String, _ arguments: [Value], to peer: Peer.ID?) -> String? {
        guard peer == nil else { return Self.toIsForListen }
        return failures.during { group.emit(name, values: arguments) }
    }

    func emit(
        _ name: String, _ arguments: [Value], to peer: Peer.ID?,
        _ completion: @escaping @EventLoop (HarkError?) -> Void
    ) -> String? {
        peer == nil ? "a group has no acknowledgements; leave \"ack\" out, and look at the errors" : Self.toIsForListen
    }

    func set(_ values: Value.Object, with peer: Peer.ID?) -> String? { Self.dataIsForConnections }

    func get(_ key: String, of peer: Peer.ID?) throws(Instruction.Refusal) -> Value {
        throw Instruction.Refusal(Self.dataIsForConnections)
    }

    func reconnect() -> String? { "\"reconnect\" is for hark connect; a group has no connections" }

    let holdsBack = false

    var replyRefusal: String? { "nobody asks in a group; requests are for hark listen and hark connect" }

    private static let toIsForListen = "\"to\" is for hark listen; in a group everyone hears everything"
    private static let dataIsForConnections = "a group has no shared data; it is for hark listen and hark connect"

    // MARK: How it goes

    var stage: String { group.status == .started ? "\(group.members.count) others" : group.status.rawValue }

    var statistics: Statistics { group.statistics }

    func makeRoom() async { try? await group.drained() }

    /// Nobody says that it has arrived: what is handed over is as good as gone. `close` waits for that.
    func drain() async {}

    func close() async { await group.close() }
}
