internal import Hark

/// Takes one read of a connection, and hands over to a probe before it returns.
@EventLoop
final class TransportRelay: ConnectionReceiver {
    private let connection: any Connection
    private var first: [UInt8] = []
    private(set) var next: TransportProbe?

    init(_ connection: any Connection) {
        self.connection = connection
        connection.receiver = self
    }

    /// All that has arrived.
    var bytes: [UInt8] { first + (next?.bytes ?? []) }

    var byteCount: Int { first.count + (next?.bytes.count ?? 0) }

    func received(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { first.append(contentsOf: $0) }
        connection.stopReading()
        next = TransportProbe(connection)
    }

    func readEnded(_ error: HarkError?) {}
    func wrote(_ error: HarkError?) {}
}
