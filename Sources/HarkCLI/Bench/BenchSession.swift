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
    private var group: MulticastGroup?
    /// Events of the group that were told to be lost.
    private var lost = 0
    /// Whether the one who measures was heard there.
    private var hasMet = false

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

    // MARK: Groups

    /// Listens to a group that nobody else is in.
    ///
    /// - Returns: its port.
    func joinGroup() async throws -> Int {
        let group = CastBench.member(port: Int.random(in: Self.ports))
        self.group = group
        group.on(BenchKeys.load) { (bytes: RawSpan) in
            // What was lost of the warm-up does not count.
            if self.received == 0 { self.lost = 0 }
            self.count(bytes)
        }
        group.on(BenchKeys.begin.text) { () in self.hasMet = true }
        group.on(.error) { StandardError.write("hark: \($0.message)") }
        group.on(.loss) { self.lost += $0.eventCount ?? 0 }
        try await group.start()
        return group.port ?? 0
    }

    /// Those that nobody has registered (RFC 6335).
    private static nonisolated let ports = 49_152...65_535

    func leaveGroup() {
        guard let group else { return }
        self.group = nil
        EventLoop.task { await group.close() }
    }

    /// How it stands.
    var tally: Value { ["received": .int(Int64(received)), "lost": .int(Int64(lost)), "hasMet": .bool(hasMet)] }

    /// The warm-up is over.
    func begin() {
        received = 0
        latencies.reset()
        began = Nanoseconds.now
    }

    var json: Value {
        [
            "received": .int(Int64(received)), "lost": .int(Int64(lost)), "last": .int(Int64(last)),
            "nanoseconds": .int(Int64(began.map { Nanoseconds.now - $0 } ?? 0)),
            "latencies": latencies.json,
        ]
    }
}
