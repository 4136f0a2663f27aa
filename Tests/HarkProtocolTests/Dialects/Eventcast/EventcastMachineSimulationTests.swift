import HarkProtocol
import HarkWire
import Testing

/// Members on a network that is worse than real ones.
struct EventcastMachineSimulationTests {
    private static func value(_ number: Int, _ byteCount: Int) -> [Value] {
        [.int(Int64(number)), .string(String(repeating: "x", count: byteCount))]
    }

    /// What each member has heard of each event, by the number that it begins with.
    private func deliveries(_ side: EventcastSide) throws -> [Int64: Int] {
        var deliveries: [Int64: Int] = [:]
        for event in side.events {
            let number = try event.cbor.withUnsafeBytes { bytes in
                var reader = CBORReader(bytes)
                return try reader.readValue()
            }
            if case .int(let number) = number { deliveries[number, default: 0] += 1 }
        }
        return deliveries
    }

    @Test(
        arguments: [
            .init(lossPercentage: 1), .init(lossPercentage: 10, delayMax: 5),
            .init(lossPercentage: 5, doublePercentage: 20, burstCount: 3, delayMax: 30),
            .init(lossPercentage: 20, delayMax: 20),
            .init(lossPercentage: 30, doublePercentage: 5, burstCount: 2, delayMax: 10),
        ] as [EventcastRelay.Weather])
    func `each long event arrives once or is reported lost`(weather: EventcastRelay.Weather) throws {
        for seed in 0..<Sweep.count(2, full: 30, soak: 1_000) {
            let relay = EventcastRelay([EventcastSide(1), EventcastSide(2)], weather, seed: seed)
            let count = 30
            relay.run(12_000) { millisecond in
                guard millisecond % 20 == 0, millisecond / 20 < count else { return }
                relay.sides[0].emit("e", Self.value(millisecond / 20, 20_000))
            }
            let deliveries = try deliveries(relay.sides[1])
            #expect(deliveries.values.allSatisfy { $0 == 1 }, "seed \(seed)")
            let lost = relay.sides[1].lossCount
            #expect(deliveries.count + lost == count, "seed \(seed)")
            // Nine times mend nearly everything, if a quarter of what was sent is enough for it.
            if weather.lossPercentage <= 20 { #expect(lost <= weather.lossPercentage / 10, "seed \(seed)") }
            #expect(relay.sides[1].assemblyByteCount == 0)
        }
    }

    @Test(arguments: [false, true])
    func `many members mend what they have lost, each for itself`(isEncrypted: Bool) throws {
        for seed in 0..<Sweep.count(1, full: 10, soak: 200) {
            let sides = (1...8).map { EventcastSide($0, cipher: isEncrypted ? FakeEventcastCipher(key: 3) : nil) }
            let relay = EventcastRelay(
                sides, .init(lossPercentage: 2, doublePercentage: 2, burstCount: 2, delayMax: 4), seed: seed)
            relay.run(13_000) { millisecond in
                guard millisecond % 50 == 0, millisecond < 2_000 else { return }
                let number = millisecond / 50
                sides[number % 8].emit("e", Self.value(number, 10_000))
            }
            for (index, side) in sides.enumerated() {
                let deliveries = try deliveries(side)
                #expect(deliveries.values.allSatisfy { $0 == 1 })
                // Five of forty are its own.
                #expect(deliveries.count + side.lossCount == 35, "seed \(seed), member \(index)")
                #expect(side.lossCount == 0, "seed \(seed), member \(index)")
                #expect(side.members.count == 7)
            }
        }
    }

    @Test func `a network that loses nothing carries nothing twice`() throws {
        let relay = EventcastRelay([EventcastSide(1), EventcastSide(2), EventcastSide(3)], .init(delayMax: 10))
        relay.run(10_000) { millisecond in
            if millisecond % 10 == 0, millisecond < 1_000 {
                relay.sides[0].emit("e", Self.value(millisecond / 10, millisecond * 20))
            }
        }
        for side in relay.sides.dropFirst() { #expect(try deliveries(side).count == 100) }
        #expect(relay.sides.allSatisfy { $0.statistics.sentRequestCount == 0 })
        #expect(relay.sides[0].statistics.repairedDatagramCount == 0)
    }

    @Test func `a message of which nothing more comes is reported lost`() {
        let relay = EventcastRelay([EventcastSide(1), EventcastSide(2)])
        relay.sides[0].emit("e", Self.value(1, 5_000))
        let first = relay.sides[0].send()[0].bytes
        relay.sides[0].stop()
        relay.sides[1].receive(first, from: relay.sides[0].address)
        relay.run(10_000)
        #expect(relay.sides[1].takeTold() == ["lost m1 5"])
        #expect(relay.sides[1].statistics.refused == [.expired: 1] && relay.sides[1].deadline == nil)
    }

    @Test func `a flood of beginnings takes no more memory than it may, and others are heard`() throws {
        let limit = 1 << 20
        let (one, other) = (EventcastSide(1), EventcastSide(2) { $0.limits.assemblyByteCount = limit })
        let count = Sweep.count(20_000, full: 200_000, soak: 2_000_000)
        var reading = EventcastReading()
        (reading.segmentCount, reading.payload) = (100, Array(repeating: 7, count: 1_000))
        let template = try reading.written()
        let place = try #require(template.indices.first { template[$0...].starts(with: [41, 0, 0, 0]) }) + 4
        var emitted = 0
        var own: [[UInt8]] = []
        for number in 0..<count {
            var bytes = template
            var rest = number
            for digit in 0..<8 {
                bytes[place + digit] = HexDigits.digit(UInt8(rest & 15))
                rest >>= 4
            }
            other.receive(bytes, from: DatagramAddress(ipv4: 0x0B00_0000 + UInt32(number % 10_000), port: 1))
            #expect(other.assemblyByteCount <= limit)
            // One datagram of a genuine member among fifty of the flood.
            if number % 50 == 0 {
                if own.isEmpty {
                    one.emit("e", Self.value(emitted, 5_000))
                    emitted += 1
                    own = one.send().map(\.bytes)
                }
                other.receive(own.removeFirst(), from: one.address)
            }
            if number % 1_000 == 0 { other.advance(by: 1) }
        }
        #expect(other.events.count >= emitted - 1 && emitted > 50)
        #expect(other.refusals.count <= EventcastRefusals.countMax)
    }
}
