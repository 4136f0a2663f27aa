import Hark

/// A connection that is read only while its gate is open.
///
/// While it is not, both sides have to believe in each other nevertheless. This side's link misses signs of life and
/// sends pings, which the other side hears. After each write the link is told that something was heard: who takes
/// bytes is not dead. And when the other side has gone meanwhile, writing fails, but what it sent before is still to
/// be read: that failure is passed over, and the end of the stream tells of it.
@EventLoop
final class GatedConnection: Connection, ConnectionReceiver {
    var receiver: (any ConnectionReceiver)?

    private let connection: any Connection
    private let gate: ReadingGate
    /// The link wants to read.
    private var isReading = false
    /// The first bytes, those of the handshake, pass a closed gate: without them there would be no connection.
    private var hasReceived = false
    /// Writing has failed while the gate was closed.
    private var isBroken = false
    private var isHearing = false

    init(_ connection: any Connection, behind gate: ReadingGate) {
        self.connection = connection
        self.gate = gate
    }

    private var isHeldBack: Bool { isReading && hasReceived && !gate.isOpen }

    func gateMoved() {
        guard isReading, hasReceived else { return }
        if gate.isOpen { connection.startReading() } else { connection.stopReading() }
    }

    // MARK: Connection

    var peerInfo: PeerInfo { connection.peerInfo }

    func startReading() {
        isReading = true
        connection.receiver = self
        if !isHeldBack { connection.startReading() }
    }

    func stopReading() {
        isReading = false
        connection.stopReading()
    }

    func tryWrite(_ head: RawSpan, _ body: RawSpan) throws(HarkError) -> Int {
        let byteCount = head.byteCount + body.byteCount
        guard !isBroken else { return byteCount }
        do throws(HarkError) {
            let count = try connection.tryWrite(head, body)
            if count > 0 { hearWhileHeldBack() }
            return count
        } catch {
            guard isHeldBack else { throw error }
            isBroken = true
            return byteCount
        }
    }

    func write(_ chunk: ByteChunk, from offset: Int) throws(HarkError) {
        do throws(HarkError) {
            try connection.write(chunk, from: offset)
        } catch {
            guard isHeldBack else { throw error }
            isBroken = true
            // The contract: not before this call has returned.
            EventLoop.task { self.receiver?.wrote(nil) }
        }
    }

    func shutdown() { connection.shutdown() }

    func close() {
        isReading = false
        receiver = nil
        gate.forget(self)
        connection.close()
    }

    private func hearWhileHeldBack() {
        guard isHeldBack, !isHearing else { return }
        isHearing = true
        EventLoop.task {
            self.isHearing = false
            guard self.isHeldBack else { return }
            self.receiver?.received([UInt8]().span.bytes)
        }
    }

    // MARK: ConnectionReceiver

    func received(_ bytes: RawSpan) {
        hasReceived = true
        receiver?.received(bytes)
        if isHeldBack { connection.stopReading() }
    }

    func readEnded(_ error: HarkError?) { receiver?.readEnded(error) }

    func wrote(_ error: HarkError?) {
        if error != nil, isHeldBack { isBroken = true }
        if error == nil { hearWhileHeldBack() }
        receiver?.wrote(isBroken ? nil : error)
    }
}
