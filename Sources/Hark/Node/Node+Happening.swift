extension Node {
    /// Something that happens to a connection of a node, with the names that verbose has given it.
    public struct Happening: Sendable {
        /// What it is.
        public enum Kind: Sendable {
            /// There is a connection.
            case connect
            /// The other node has told its id.
            case peerid(String)
            /// The handshake is complete: events pass.
            case initialized
            /// The other node has acknowledged events, up to the one with this id. In the verbose dialect only.
            case acknowledge(String)
            /// The connection is lost. Who has made it makes another one.
            case disconnect(HarkError)
            /// It is there again, on the side that has made it. Right after `initialized`.
            case reconnect
            /// The next attempt has to wait.
            case backoff(Backoff)
            /// The other side was silent for too long. `disconnect` follows.
            case timeout
            /// What had waited has been sent.
            case drain
            /// It is over, and no other connection is made.
            case end
        }

        /// The connection.
        public let peer: Peer
        /// What has happened to it.
        public let kind: Kind
    }
}

extension LifecycleKey where Payload == Node.Happening {
    /// Node: something has happened to one of its connections.
    public static var peer: LifecycleKey { LifecycleKey("peer") }
}

extension LifecycleKey where Payload == String {
    /// Node: there is a way to another node, by this id.
    public static var nodeJoined: LifecycleKey { LifecycleKey("nodeJoined") }
    /// Node: there is no way to another node any more.
    public static var nodeLeft: LifecycleKey { LifecycleKey("nodeLeft") }
}

extension LifecycleKey where Payload == Node.Loss {
    /// Node: events of another node were lost on their way.
    public static var eventLoss: LifecycleKey { LifecycleKey("eventLoss") }
}
