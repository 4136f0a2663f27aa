import Hark

/// One side of a conversation: a server or a client, and how it differs from the other.
@EventLoop
protocol Side: AnyObject {
    /// Binds, or begins to connect; tells `conversation` what happens from now on.
    ///
    /// - Throws: `Failure` when there is no point in going on.
    func start(in conversation: Conversation) async throws(Failure)

    /// Sends an event to one peer or to all.
    ///
    /// - Returns: why it will not be sent, if so.
    func emit(_ name: String, _ arguments: [Value], to peer: Peer.ID?) -> String?

    /// Sends an event to one peer or to all, and calls back when it is acknowledged.
    ///
    /// - Returns: why it cannot be sent, if so.
    func emit(
        _ name: String, _ arguments: [Value], to peer: Peer.ID?,
        _ completion: @escaping @EventLoop (HarkError?) -> Void
    ) -> String?

    /// Sets values that are shared, with one peer or with all; null removes one.
    ///
    /// - Returns: why it cannot be done, if so.
    func set(_ values: Value.Object, with peer: Peer.ID?) -> String?

    /// A value that is shared, null when there is none.
    ///
    /// - Throws: why it cannot be told.
    func get(_ key: String, of peer: Peer.ID?) throws(Instruction.Refusal) -> Value

    /// Drops the connection and makes another one at once.
    ///
    /// - Returns: why it cannot be done, if so.
    func reconnect() -> String?

    /// Whether whoever emits waits for the events' lines to be written.
    var holdsBack: Bool { get }

    /// Why no request can be answered, if so.
    var replyRefusal: String? { get }

    /// What it does, in a word or two.
    var stage: String { get }

    /// What has become of all events.
    var statistics: Statistics { get }

    /// Waits while more is queued than fits.
    func makeRoom() async

    /// Waits until everything emitted so far has arrived, as long as that takes.
    func drain() async

    /// Ends in order, after what was emitted.
    func close() async
}

extension AcknowledgementDeadline {
    /// An hour: whoever has restarted a server by hand will have done so.
    static let forLines = AcknowledgementDeadline.within(.seconds(3_600))
}

extension Timing {
    /// 30 s to send the rest: whoever does not want to wait so long interrupts again.
    static var forLines: Timing {
        var timing = Timing()
        timing.close = .seconds(30)
        return timing
    }
}

extension SharedData {
    /// - Parameter dialect: of the other side. Where values cannot be removed, null is set.
    /// - Returns: why a value cannot be set, if so.
    func set(_ values: Value.Object, in dialect: Dialect) -> String? {
        do {
            guard dialect.hasRemoval else {
                // One message.
                try set(values)
                return nil
            }
            for (key, value) in values {
                if value.isNull { try remove(key) } else { try set(key, value) }
            }
            return nil
        } catch let error as HarkError {
            return error.message
        } catch {
            return "\(error)"
        }
    }
}

extension Report {
    /// The other side has changed these values, all in one message.
    static func set(_ changes: [SharedData.Change], from peer: Peer.ID?) -> Report {
        .set(Value.Object(changes.map { ($0.key, $0.value ?? .null) }), from: peer)
    }
}

extension Limits {
    /// 256 KiB and 4 096 events: what the other side may send before its lines are written. Lines are several times as
    /// long as the events they show.
    static var forLines: Limits {
        var limits = Limits()
        limits.windowByteCount = 256 << 10
        limits.windowEventCount = 4_096
        return limits
    }
}

extension DropReason {
    /// A sentence for whoever emitted.
    var sentence: String {
        switch self {
        case .closed: "the connection is closed for good"
        case .queueFull: "the queue is full"
        case .overflow, .superseded: "newer events needed its room in the queue"
        case .paused: "the other side is too slow, and gets nothing new before it has caught up"
        case .expired: "its time to live was over before it could be sent"
        case .mailboxFull: "more is emitted than can be sent"
        case .tooLarge: "the event is longer than the other side accepts"
        case .notEncodable: "an argument cannot be sent"
        case .nameTooLong: "the event's name is longer than 255 bytes"
        case .volatile: "it could not leave at once"
        case .unknownPeer: "there is no such peer"
        case .notConnected: "there is no connection, and this dialect keeps nothing for the next one"
        case .stopped: "the group is stopped"
        case .relayFull: "too much waits for a neighbour"
        case .tooManyArguments: "this dialect carries one argument at most; put them into one array"
        case .reservedName: "the name belongs to the protocol of this dialect"
        }
    }
}
