internal import HarkProtocol
public import HarkUV
internal import HarkWire

extension Node {
    /// A connection of a node to another one, made by either side: a handle that is there before the connection is, and
    /// stays the same over reconnections.
    @EventLoop
    public final class Peer {
        /// What becomes of a connection.
        public enum State: Sendable, Hashable {
            /// The connection is being made.
            case connecting
            /// The last attempt has failed, and the next one has to wait.
            case backingOff
            /// There is a connection, and the handshake is not complete.
            case greeting
            /// Events pass.
            case connected
            /// It is over, and no other connection will be made.
            case ended
        }

        /// What has become of it.
        public internal(set) var state: State

        /// The id of the node at the other end; nil before it has told.
        public internal(set) var id: String?

        /// Whether this node has made the connection.
        public nonisolated let isDialled: Bool

        unowned let node: Node
        /// What connects, or the one who was accepted.
        let client: Client?
        let accepted: Hark.Peer?
        var link: NodeLink?
        /// Whether events have passed before.
        var wasConnected = false
        private var roundTrips: [Duration] = []

        /// 128 round trips: those of the last ten minutes, at one in five seconds.
        private static nonisolated let roundTripCountMax = 128

        init(_ node: Node, dialling client: Client) {
            self.node = node
            self.client = client
            accepted = nil
            isDialled = true
            state = .connecting
        }

        init(_ node: Node, accepted: Hark.Peer) {
            self.node = node
            client = nil
            self.accepted = accepted
            isDialled = false
            state = .greeting
        }

        var nativeLink: NativeLink? { client?.link ?? accepted?.link }

        /// Where the other end is, as far as the transport knows.
        public var endpoint: Endpoint? { client?.endpoint ?? accepted?.info.endpoint }

        /// How many bytes wait to be sent over this connection.
        public var queuedByteCount: Int { nativeLink?.queuedByteCount ?? 0 }

        /// What has become of what was sent over this connection.
        public var statistics: Statistics { client?.statistics ?? accepted?.statistics ?? Statistics() }

        /// Round trips that were measured last, the oldest first. Native nodes measure one every five seconds.
        public var recentRoundTrips: [Duration] { roundTrips }

        func note(_ roundTrip: Duration) {
            if roundTrips.count == Self.roundTripCountMax { roundTrips.removeFirst() }
            roundTrips.append(roundTrip)
        }

        /// Measures a round trip of this connection.
        ///
        /// - Parameter deadline: how long to wait; 5 s by default.
        /// - Throws: as `Client.ping`, and `HarkError` with code `.unsupported` where the wire has no pings.
        @discardableResult
        public func ping(within deadline: Duration = .seconds(5)) async throws -> Duration {
            let clock = node.environment.clock
            let begin = clock.reading
            if let client {
                try await client.ping(within: deadline)
            } else {
                try await accepted?.ping(within: deadline)
            }
            let roundTrip = clock.reading - begin
            note(roundTrip)
            return roundTrip
        }

        /// Ends the connection, after what was sent before, and makes no other; also one that is being made or waits
        /// for its next attempt.
        public func end() {
            guard state != .ended else { return }
            node.end(self)
        }
    }
}
