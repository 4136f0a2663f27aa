public import Hark

/// One connection of a simulated network, seen from outside: where a test cuts it.
@EventLoop
public final class SimulatedCable {
    /// One of its two ends.
    public enum Side: Sendable, Hashable {
        /// Who has dialled: a client.
        case dialler
        /// Who has listened: a server.
        case acceptor
    }

    /// Counts the connections of the network, from 1.
    public let number: Int

    /// The address that was dialled.
    public let endpoint: Endpoint

    /// Whether it was cut.
    public private(set) var isCut = false

    let dialler: SimulatedConnection
    let acceptor: SimulatedConnection
    private(set) weak var network: SimulatedNetwork?

    init(number: Int, network: SimulatedNetwork, dialled: Endpoint, from: Endpoint) {
        self.number = number
        self.network = network
        endpoint = dialled
        let up = SimulatedPipe(network, number: UInt64(number) << 1)
        let down = SimulatedPipe(network, number: UInt64(number) << 1 | 1)
        dialler = SimulatedConnection(writing: up, reading: down, peerInfo: PeerInfo(endpoint: dialled))
        acceptor = SimulatedConnection(writing: down, reading: up, peerInfo: PeerInfo(endpoint: from))
        for (pipe, writer, reader) in [(up, dialler, acceptor), (down, acceptor, dialler)] {
            pipe.writer = writer
            pipe.reader = reader
            pipe.onCut = { [weak self] in self?.cut() }
        }
        dialler.cable = self
        acceptor.cable = self
    }

    /// How many bytes have arrived that `side` has sent.
    public func byteCount(from side: Side) -> Int { pipe(from: side).deliveredByteCount }

    // MARK: Faults

    /// Breaks the connection: what is under way is lost, and both sides hear of an error.
    public func cut() {
        guard !isCut else { return }
        isCut = true
        network?.note(2, UInt64(number))
        for connection in [dialler, acceptor] { connection.breakOff(after: 0) }
        network?.remove(self)
    }

    /// Breaks the connection as soon as `byteCount` bytes from `side` have arrived, in all.
    public func cut(after byteCount: Int, from side: Side) {
        pipe(from: side).cutByteCount = byteCount
        if byteCount <= pipe(from: side).deliveredByteCount { cut() }
    }

    /// From now on nothing that `side` sends arrives, and nobody is told: its machine has lost power, or a cable has
    /// fallen out. Both directions when no side is given.
    public func silence(from side: Side? = nil) {
        for silenced in [Side.dialler, .acceptor] where side == nil || side == silenced {
            pipe(from: silenced).isSilent = true
        }
    }

    // MARK: For its parts

    private func pipe(from side: Side) -> SimulatedPipe {
        switch side {
        case .dialler: dialler.outgoing
        case .acceptor: acceptor.outgoing
        }
    }

    func resume() {
        dialler.outgoing.schedule()
        acceptor.outgoing.schedule()
    }

    /// The answer of the listening side is back.
    func reach(_ attempt: SimulatedDial) {
        guard !attempt.isCancelled else { return dialler.close() }
        attempt.finish(.success(dialler))
    }

    func sideClosed() {
        if dialler.isClosed, acceptor.isClosed { network?.remove(self) }
    }
}
