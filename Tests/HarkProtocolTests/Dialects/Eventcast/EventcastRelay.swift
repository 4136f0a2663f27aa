import HarkProtocol
import HarkWire

/// A network between members that loses, doubles, delays and overtakes. Everything in it follows from its seed.
final class EventcastRelay {
    struct Weather {
        /// Of a hundred datagrams.
        var lossPercentage = 0
        var doublePercentage = 0
        /// How many are lost in a row once one is.
        var burstCount = 1
        /// Each takes 1 ms and up to so many more.
        var delayMax: UInt64 = 0
    }

    private struct Flight {
        let bytes: [UInt8]
        let source: DatagramAddress
        let target: Int
        let arrival: Instant
    }

    let sides: [EventcastSide]
    private let weather: Weather
    private var chance: Seeded
    private var flights: [Flight] = []
    /// How many more are lost, on the way to each.
    private var burst: [Int]
    private(set) var now = Instant(milliseconds: 1_000)
    private(set) var sentByteCount = 0

    init(_ sides: [EventcastSide], _ weather: Weather = Weather(), seed: Int = 1) {
        self.sides = sides
        self.weather = weather
        chance = Seeded(seed)
        burst = Array(repeating: 0, count: sides.count)
    }

    /// Lets time pass, a millisecond after the other.
    func run(_ milliseconds: Int, _ body: (Int) -> Void = { _ in }) {
        for millisecond in 0..<milliseconds {
            for side in sides where side.now < now { side.advance(to: now) }
            body(millisecond)
            for side in sides { send(side) }
            let arriving = flights.filter { $0.arrival <= now }
            flights.removeAll { $0.arrival <= now }
            for flight in arriving { sides[flight.target].receive(flight.bytes, from: flight.source) }
            now = now + 1
        }
    }

    private func send(_ side: EventcastSide) {
        for sent in side.send() {
            sentByteCount += sent.bytes.count
            for (index, other) in sides.enumerated() {
                switch sent.target {
                case .group: break
                case .address(let address): if address != other.address { continue }
                }
                fly(sent.bytes, from: side.address, to: index)
            }
        }
    }

    private func fly(_ bytes: [UInt8], from source: DatagramAddress, to index: Int) {
        if isLost(on: index) { return }
        let count = Int.random(in: 0..<100, using: &chance) < weather.doublePercentage ? 2 : 1
        for _ in 0..<count {
            let delay = 1 + UInt64.random(in: 0...weather.delayMax, using: &chance)
            flights.append(Flight(bytes: bytes, source: source, target: index, arrival: now + delay))
        }
    }

    private func isLost(on index: Int) -> Bool {
        if burst[index] > 0 {
            burst[index] -= 1
            return true
        }
        guard Int.random(in: 0..<100, using: &chance) < weather.lossPercentage else { return false }
        burst[index] = weather.burstCount - 1
        return true
    }
}
