import Hark

/// One side of a conversation: a server or a client, and how it differs from the other.
@EventLoop
protocol Side: AnyObject {
    /// Before all its connections.
    var gate: ReadingGate { get }

    /// Binds, or begins to connect; tells `conversation` what happens from now on.
    ///
    /// - Throws: `Failure` when there is no point in going on.
    func start(in conversation: Conversation) async throws(Failure)

    /// Sends an event to one peer or to all.
    ///
    /// - Returns: why it will not be sent, if so.
    func emit(_ name: String, _ arguments: [Value], to peer: Peer.ID?) -> String?

    /// Waits while more is queued than fits.
    func makeRoom() async

    /// Waits until everything emitted so far is on its way, as long as that takes.
    func drain() async

    /// Ends in order, after what was emitted.
    func close() async
}

extension DropReason {
    /// A sentence for whoever emitted.
    var sentence: String {
        switch self {
        case .closed: "the connection is closed for good"
        case .queueFull: "the queue is full"
        case .mailboxFull: "more is emitted than can be sent"
        case .tooLarge: "the event is longer than the other side accepts"
        case .notEncodable: "an argument cannot be sent"
        case .nameTooLong: "the event's name is longer than 255 bytes"
        case .volatile: "it could not leave at once"
        case .unknownPeer: "there is no such peer"
        }
    }
}
