internal import HarkUV
internal import HarkWire

/// One end of a connection within the process.
@EventLoop
final class MemoryConnection: Connection {
    /// 256 KiB are under way in each direction at most, about what sockets keep.
    private static nonisolated let byteCountMax = 256 << 10

    var receiver: (any ConnectionReceiver)?
    let peerInfo: PeerInfo
    let localEndpoint: Endpoint?

    /// The other end, which keeps this one in turn until one of them is closed.
    private var other: MemoryConnection?
    /// What the other end has sent and was not read here.
    private var incoming: [UInt8] = []
    private var isReading = false
    private var isScheduled = false
    /// The other end sends nothing more.
    private var isEnded = false
    private var isEndTold = false
    /// This end sends nothing more after what it is writing.
    private var isShutdown = false
    private var isClosed = false
    private var writing: (chunk: ByteChunk, offset: Int)?

    private init(_ peer: Endpoint?, local: Endpoint?) {
        peerInfo = PeerInfo(endpoint: peer)
        localEndpoint = local
    }

    static func pair(at endpoint: Endpoint) -> (dialled: MemoryConnection, accepted: MemoryConnection) {
        let dialled = MemoryConnection(endpoint, local: nil)
        let accepted = MemoryConnection(nil, local: endpoint)
        (dialled.other, accepted.other) = (accepted, dialled)
        return (dialled, accepted)
    }

    // MARK: Reading

    func startReading() {
        isReading = true
        schedule()
    }

    func stopReading() { isReading = false }

    private func schedule() {
        guard !isScheduled, !isClosed else { return }
        isScheduled = true
        EventLoop.task { [self] in
            isScheduled = false
            read()
        }
    }

    private func read() {
        guard isReading, !isClosed else { return }
        if !incoming.isEmpty {
            let bytes = incoming
            incoming = []
            receiver?.received(bytes.span.bytes)
            other?.goOn()
            if !isClosed { schedule() }
        } else if isEnded, !isEndTold {
            isEndTold = true
            receiver?.readEnded(nil)
        }
    }

    // MARK: Writing

    private var isBroken: Bool { other == nil || other?.isClosed == true }

    func tryWrite(_ head: RawSpan, _ body: RawSpan) throws(HarkError) -> Int {
        guard !isClosed, writing == nil, !isShutdown else { return 0 }
        guard let other, !other.isClosed else {
            throw HarkError(.disconnected, "the other side closed the connection")
        }
        let taken = other.take(head)
        return taken < head.byteCount ? taken : taken + other.take(body)
    }

    func write(_ chunk: ByteChunk, from offset: Int) throws(HarkError) {
        guard !isClosed else { return }
        guard !isBroken else { throw HarkError(.disconnected, "the other side closed the connection") }
        writing = (chunk, offset)
        // Not before this call has returned.
        EventLoop.task { [self] in goOn() }
    }

    /// The other end has room.
    private func goOn() {
        guard let (chunk, offset) = writing, !isClosed else { return }
        guard let other, !other.isClosed else {
            writing = nil
            receiver?.wrote(HarkError(.disconnected, "the other side closed the connection"))
            return
        }
        let rest = chunk.bytes(from: offset)
        let taken = other.take(rest.bytes)
        guard taken == rest.count else {
            writing = (chunk, offset + taken)
            return
        }
        writing = nil
        receiver?.wrote(nil)
        if isShutdown, writing == nil { other.end() }
    }

    /// - Returns: how many bytes there was room for.
    private func take(_ bytes: RawSpan) -> Int {
        let count = min(bytes.byteCount, Self.byteCountMax - incoming.count)
        guard count > 0 else { return 0 }
        bytes.extracting(first: count).withUnsafeBytes { incoming.append(contentsOf: $0) }
        schedule()
        return count
    }

    // MARK: Ending

    private func end() {
        isEnded = true
        schedule()
    }

    func shutdown() {
        guard !isShutdown, !isClosed else { return }
        isShutdown = true
        if writing == nil { other?.end() }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        isReading = false
        receiver = nil
        writing = nil
        incoming = []
        let other = other
        self.other = nil
        other?.end()
        // It is writing to nobody.
        if let other { EventLoop.task { other.goOn() } }
    }
}
