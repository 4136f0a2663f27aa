import Hark

/// One measurement, as the other side sees it.
@EventLoop
final class BenchSession {
    /// Who measures.
    let owner: Peer.ID

    private var payload: Bytes
    /// Touched per event; no run-time check of who else does.
    @exclusivity(unchecked) private var received = 0
    private var began: Int?
    private var last = 0
    private var latencies = Latencies()

    init(owner: Peer.ID, size: Int) {
        self.owner = owner
        payload = Stamp.payload(max(size, Stamp.byteCount))
    }

    func answer(_ bytes: RawSpan, to peer: Peer) {
        Stamp.write(Stamp.read(bytes), to: &payload)
        peer.emit(BenchKeys.pong, payload)
    }

    func pass(on bytes: RawSpan, through server: Server) {
        Stamp.write(Stamp.read(bytes), to: &payload)
        server.emit(BenchKeys.news, payload)
    }

    func count(_ bytes: RawSpan) {
        received += 1
        let stamp = Stamp.read(bytes)
        guard stamp != Stamp.none else { return }
        last = Nanoseconds.now
        latencies.record(last - stamp)
    }

    /// The warm-up is over.
    func begin() {
        received = 0
        latencies.reset()
        began = Nanoseconds.now
    }

    var json: Value {
        [
            "received": .int(Int64(received)),
            "nanoseconds": .int(Int64(began.map { Nanoseconds.now - $0 } ?? 0)),
            "latencies": latencies.json,
        ]
    }
}
