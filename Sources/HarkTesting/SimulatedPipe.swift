internal import Hark

/// One direction of a simulated connection: a buffer of limited size between a writer and a reader.
@EventLoop
final class SimulatedPipe {
    weak var writer: SimulatedConnection?
    weak var reader: SimulatedConnection?
    var onCut: (() -> Void)?
    /// Swallows everything from now on.
    var isSilent = false
    /// The connection breaks when so many bytes have arrived.
    var cutByteCount: Int?
    private(set) var deliveredByteCount = 0

    private(set) weak var network: SimulatedNetwork?
    private let number: UInt64
    private var buffer: [UInt8] = []
    private var inFlight: (chunk: ByteChunk, from: Int)?
    private var isEnding = false
    private var isEnded = false
    private var isDelivering = false

    init(_ network: SimulatedNetwork, number: UInt64) {
        self.network = network
        self.number = number
    }

    private var room: Int { max(0, (network?.conditions.bufferByteCount ?? 0) - buffer.count) }

    // MARK: Writing

    /// - Returns: how many of the bytes there was room for.
    func append(_ bytes: RawSpan) -> Int {
        guard inFlight == nil, !isEnding else { return 0 }
        let count = min(room, bytes.byteCount)
        bytes.withUnsafeBytes { buffer.append(contentsOf: $0.prefix(count)) }
        schedule()
        return count
    }

    func begin(_ chunk: ByteChunk, from offset: Int) {
        precondition(inFlight == nil, "a chunk was written while another is under way")
        inFlight = (chunk, offset)
        fill()
        schedule()
    }

    /// Moves what fits from the chunk to the buffer, and tells the writer later if that was all.
    private func fill() {
        guard let (chunk, from) = inFlight else { return }
        let count = min(room, chunk.count - from)
        buffer.append(contentsOf: chunk.bytes(from: from).prefix(count))
        inFlight = (chunk, from + count)
        guard from + count == chunk.count else { return }
        network?.after(0) { [weak self] in
            guard let self, inFlight?.chunk === chunk else { return }
            inFlight = nil
            writer?.receiver?.wrote(nil)
            schedule()
        }
    }

    /// Nothing more will be written.
    func end() {
        isEnding = true
        schedule()
    }

    /// Forgets the chunk that is being written. What has left it arrives.
    func abandonWrite() { inFlight = nil }

    /// Forgets everything.
    ///
    /// - Returns: whether a chunk was being written.
    func abandon() -> Bool {
        defer { inFlight = nil }
        buffer.removeAll()
        isEnded = true
        return inFlight != nil
    }

    // MARK: Delivering

    private var hasWork: Bool { !isEnded && (!buffer.isEmpty || isEnding && inFlight == nil) }

    private var mayDeliver: Bool {
        guard let network, let reader else { return false }
        return !isSilent && !network.isPartitioned && (reader.isReading || reader.isClosed)
    }

    /// Has the next segment delivered after the network's latency, if there is one.
    func schedule() {
        guard hasWork, mayDeliver, !isDelivering, let network else { return }
        isDelivering = true
        network.after(network.drawLatency()) { [weak self] in
            self?.isDelivering = false
            self?.deliver()
        }
    }

    private func deliver() {
        guard hasWork, mayDeliver, let network, let reader else { return }
        if reader.isClosed { return refuse(network) }
        if buffer.isEmpty {
            isEnded = true
            network.note(3, number)
            reader.receiver?.readEnded(nil)
            return
        }
        var count = min(buffer.count, network.drawSegment())
        if let cutByteCount { count = min(count, cutByteCount - deliveredByteCount) }
        let segment = Array(buffer.prefix(count))
        buffer.removeFirst(count)
        deliveredByteCount += count
        network.note(4, number, UInt64(count))
        let isLast = deliveredByteCount == cutByteCount || network.drawCut()
        fill()
        schedule()
        reader.receiver?.received(segment.span.bytes)
        if isLast { onCut?() }
    }

    /// Nobody reads any more: the writer's side is told by an error, as the system does.
    private func refuse(_ network: SimulatedNetwork) {
        let wasData = !buffer.isEmpty
        _ = abandon()
        network.note(5, number)
        if wasData { writer?.breakOff(after: network.drawLatency()) }
    }
}
