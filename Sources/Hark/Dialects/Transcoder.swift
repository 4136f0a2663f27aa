public import HarkWire

/// How messages of the socket-ipc dialect are written and read, for those who want something else than JSON.
///
/// One transcoder serves all connections of its emitter; each connection has a decoder of its own, which may keep what
/// it has seen so far. All calls come on the loop.
///
/// Where a message ends only the decoder knows, so `Limits.frameByteCount` and `Timing.frame` do not hold for these
/// connections. A decoder that faces strangers keeps no more bytes than its longest message has, and throws beyond.
public protocol Transcoder: AnyObject, Sendable {
    /// The bytes of a message, with whatever tells its decoder where it ends; nil to send nothing.
    ///
    /// Called when the message leaves the queue, so what is skipped or refused counts as `written` in `statistics`.
    /// A topic is never empty here: it is `none` then.
    /// - Throws: anything; the event is not sent and told to the `.error` listeners as `.arguments`, with `cause`.
    func encode(_ message: TopicMessage) throws -> [UInt8]?

    /// A decoder for a new connection.
    func makeDecoder() -> any TranscoderDecoding
}

/// Reads the messages of one connection.
public protocol TranscoderDecoding: AnyObject {
    /// Takes bytes as they arrive, cut anywhere, and calls `deliver` for each message that they complete: in order,
    /// before it returns. A failure is told to the `.error` listeners as `.decode`, with the bytes of this call; after
    /// 16 of them the connection is closed. Others notice nothing.
    ///
    /// - Throws: anything; that is one more failure, and the next bytes come to the same decoder.
    func decode(_ bytes: RawSpan, deliver: (Result<TopicMessage, any Error>) -> Void) throws
}

/// What the socket-ipc dialect carries: a message and what it is about.
public struct TopicMessage: Sendable, Hashable {
    /// What it is about. Nil where the other side has given none.
    public var topic: String?

    /// The message; nil where there is none.
    public var message: Value?

    /// - Parameters:
    ///   - topic: what it is about.
    ///   - message: the message; nil for none.
    public init(topic: String?, message: Value?) {
        self.topic = topic
        self.message = message
    }
}
