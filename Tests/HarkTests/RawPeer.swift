import Hark

/// The other end of a connection, as bytes: what no client or server of ours would send.
@EventLoop
final class RawPeer: ConnectionReceiver {
    let connection: any Connection
    private(set) var bytes: [UInt8] = []
    private(set) var error: HarkError?
    /// What of `sendAll` did not fit.
    var rest: [UInt8] = []
    let ended = Signal()
    let heard = Signal()

    init(_ connection: any Connection) {
        self.connection = connection
        connection.receiver = self
        connection.startReading()
    }

    func send(_ bytes: some Sequence<UInt8>) throws {
        let array = Array(bytes)
        let nothing: [UInt8] = []
        _ = try connection.tryWrite(array.span.bytes, nothing.span.bytes)
    }

    func received(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { self.bytes.append(contentsOf: $0) }
        heard.fire()
    }

    func readEnded(_ error: HarkError?) {
        self.error = error
        ended.fire()
    }

    func wrote(_ error: HarkError?) {}
}
