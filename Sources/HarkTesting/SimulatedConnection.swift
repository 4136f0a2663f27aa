internal import Hark

/// One side of a simulated connection.
@EventLoop
final class SimulatedConnection: Connection {
    var receiver: (any ConnectionReceiver)?
    let peerInfo: PeerInfo
    var localEndpoint: Endpoint? { nil }
    let outgoing: SimulatedPipe
    weak var cable: SimulatedCable?

    private let incoming: SimulatedPipe
    private(set) var isReading = false
    private(set) var isClosed = false
    private var failure: HarkError?
    private var isFailureReported = false
    private var isFailureDue = false

    init(writing outgoing: SimulatedPipe, reading incoming: SimulatedPipe, peerInfo: PeerInfo) {
        self.outgoing = outgoing
        self.incoming = incoming
        self.peerInfo = peerInfo
    }

    // MARK: Connection

    func startReading() {
        isReading = true
        incoming.schedule()
        // It broke before anybody listened.
        if isFailureDue { outgoing.network?.after(0) { self.reportFailure() } }
    }

    func stopReading() { isReading = false }

    func tryWrite(_ head: RawSpan, _ body: RawSpan) throws(HarkError) -> Int {
        if let failure { throw failure }
        guard !isClosed else { return 0 }
        let taken = outgoing.append(head)
        return taken < head.byteCount ? taken : taken + outgoing.append(body)
    }

    func write(_ chunk: ByteChunk, from offset: Int) throws(HarkError) {
        if let failure { throw failure }
        guard !isClosed else { return }
        outgoing.begin(chunk, from: offset)
    }

    func shutdown() { outgoing.end() }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        isReading = false
        receiver = nil
        outgoing.abandonWrite()
        outgoing.end()
        incoming.schedule()
        cable?.sideClosed()
    }

    // MARK: For the network

    /// Everything fails from now on. The side hears of it once: by its write if one is under way, or by its read.
    func breakOff(after milliseconds: UInt64) {
        guard failure == nil, !isClosed else { return }
        let error = HarkError(.disconnected, "the connection broke: it was cut in the simulation")
        failure = error
        let isWriting = outgoing.abandon()
        let network = cable?.network
        let tellsByWrite = isWriting && network?.drawCoin() == true
        network?.after(milliseconds) { [self] in
            guard !tellsByWrite else {
                isFailureReported = true
                receiver?.wrote(error)
                return
            }
            isFailureDue = true
            reportFailure()
        }
    }

    private func reportFailure() {
        guard !isFailureReported, isReading, let failure else { return }
        isFailureReported = true
        receiver?.readEnded(failure)
    }
}
