public import HarkWire

/// Anything that goes wrong in Hark: a stable code, and a sentence that says what was wrong and what to do.
public struct HarkError: Error, Sendable {
    /// What kind of failure it is. More may come; compare with `==` and keep a default.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private let name: String

        /// The code's name.
        public var description: String { name }

        /// The address cannot be used as it is written.
        public static let invalidEndpoint = Code(name: "invalidEndpoint")
        /// What was chosen cannot be done, or not together.
        public static let invalidOptions = Code(name: "invalidOptions")
        /// Something else listens there already.
        public static let addressInUse = Code(name: "addressInUse")
        /// The system does not let this process do it.
        public static let permission = Code(name: "permission")
        /// The connection could not be made.
        public static let connect = Code(name: "connect")
        /// The client has given up connecting; `cause` is what the last attempt failed with.
        public static let gaveUp = Code(name: "gaveUp")
        /// The handshake failed or was refused.
        public static let handshake = Code(name: "handshake")
        /// The other side broke the protocol.
        public static let protocolViolation = Code(name: "protocolViolation")
        /// What arrives is of another version of the protocol.
        public static let version = Code(name: "version")
        /// What arrives is not encrypted although it should be, or is with another key.
        public static let encryption = Code(name: "encryption")
        /// The connection has ended.
        public static let disconnected = Code(name: "disconnected")
        /// The emitter is closed.
        public static let closed = Code(name: "closed")
        /// It took longer than allowed.
        public static let timeout = Code(name: "timeout")
        /// The event's time to live was over before it could be sent.
        public static let expired = Code(name: "expired")
        /// Nobody at the other end answers this request.
        public static let noResponder = Code(name: "noResponder")
        /// The other end's handler of the request failed.
        public static let requestFailed = Code(name: "requestFailed")
        /// Arguments do not have the types or the number that was asked for.
        public static let arguments = Code(name: "arguments")
        /// A listener threw.
        public static let listener = Code(name: "listener")
        /// The task that waited was cancelled.
        public static let cancelled = Code(name: "cancelled")
        /// Something is registered or started for the second time.
        public static let duplicate = Code(name: "duplicate")
        /// What shall be matched is no pattern.
        public static let invalidPattern = Code(name: "invalidPattern")
        /// A named limit was reached.
        public static let limit = Code(name: "limit")
        /// The wire of the dialect that is spoken has no such thing, or Hark was built without it.
        public static let unsupported = Code(name: "unsupported")
        /// There is no connection, and the dialect keeps nothing for the next one.
        public static let notConnected = Code(name: "notConnected")
        /// There is no peer of that name.
        public static let unknownPeer = Code(name: "unknownPeer")
        /// What has arrived makes no sense and was passed over.
        public static let decode = Code(name: "decode")
        /// The system refused for a reason without a code of its own.
        public static let system = Code(name: "system")
    }

    /// What kind of failure it is.
    public let code: Code

    /// What was wrong and what to do, without a full stop.
    public let message: String

    /// What made it happen, if that was another error.
    public let cause: (any Error)?

    /// The name of the event whose listener threw, or which was not sent; nil for other failures.
    public let event: String?

    /// Server: which peer had sent the event whose listener threw, or what makes no sense; which one there is not. Nil
    /// for other failures.
    public let peer: Peer.ID?

    /// The arguments of the event that was not sent, as far as they are known.
    public let values: [Value]

    /// What has arrived and makes no sense, at most 64 KiB of it; nil for other failures.
    public let bytes: Bytes?

    /// - Parameters:
    ///   - code: the kind of failure.
    ///   - message: what was wrong and what to do, without a full stop.
    ///   - cause: the error behind it.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.init(code, message, cause: cause, event: nil)
    }

    init(
        _ code: Code, _ message: String, cause: (any Error)? = nil, event: String?, peer: Peer.ID? = nil,
        values: [Value] = [], bytes: Bytes? = nil
    ) {
        self.code = code
        self.message = message
        self.cause = cause
        self.event = event
        self.peer = peer
        self.values = values
        self.bytes = bytes
    }

    /// A listener of `event` threw.
    init(listener error: any Error, event: String, peer: Peer.ID?) {
        self.init(
            .listener, "a listener of \"\(event)\" failed: \(error)", cause: error, event: event, peer: peer)
    }
}

extension HarkError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
