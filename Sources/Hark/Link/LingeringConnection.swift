internal import HarkUV
internal import HarkWire

/// A connection that this side has given up after saying why.
///
/// Closing a TCP socket at once while bytes are still arriving resets the connection, and the other side may lose what
/// was said last. So this side ends its half, drops what arrives, and closes when the other side has, or after a
/// second.
@EventLoop
final class LingeringConnection: ConnectionReceiver {
    /// 1 000 ms: a round trip to anywhere, and time to read.
    private static let lingerMax: UInt64 = 1_000

    private var connection: (any Connection)?
    private var timer: (any EventTimer)?

    init(_ connection: any Connection, clock: any EventClock) {
        self.connection = connection
        connection.receiver = self
        connection.shutdown()
        // The timer keeps this object until then.
        timer = clock.timer { self.end() }
        timer?.schedule(at: clock.now + Self.lingerMax)
    }

    private func end() {
        connection?.close()
        connection = nil
        timer?.cancel()
        timer = nil
    }

    func received(_ bytes: RawSpan) {}
    func readEnded(_ error: HarkError?) { end() }
    func wrote(_ error: HarkError?) {}
}
