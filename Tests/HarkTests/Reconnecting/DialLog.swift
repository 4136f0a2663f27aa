import Hark
import HarkTesting

/// A transport that writes down when who was dialled, and leaves the rest to another one.
@EventLoop
final class DialLog: Transport {
    struct Entry: Equatable {
        /// Of the simulation's clock, in milliseconds.
        let moment: UInt64
        let endpoint: Endpoint
    }

    private(set) var entries: [Entry] = []
    private let transport: any Transport
    private let clock: VirtualClock

    init(_ simulation: Simulation) {
        transport = simulation.network
        clock = simulation.clock
    }

    /// Milliseconds between one dial and the next.
    var pauses: [UInt64] { zip(entries.dropFirst(), entries).map { $0.moment - $1.moment } }

    /// The most dials within 100 ms, wherever these begin.
    func peak(after start: UInt64 = 0) -> Int {
        let moments = entries.map(\.moment).filter { $0 >= start }
        var first = 0
        var peak = 0
        for (index, moment) in moments.enumerated() {
            while moment - moments[first] >= 100 { first += 1 }
            peak = max(peak, index - first + 1)
        }
        return peak
    }

    func dial(
        _ endpoint: Endpoint, _ completion: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) -> any DialAttempt {
        entries.append(Entry(moment: clock.now, endpoint: endpoint))
        return transport.dial(endpoint, completion)
    }

    func listen(
        on endpoint: Endpoint, accept: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) throws(HarkError) -> any Acceptor {
        try transport.listen(on: endpoint, accept: accept)
    }
}
