import HarkProtocol
import HarkWire
import Testing

@Suite struct NativeGroupMachineTests {
    @Test func `events go from each to all others, in order`() {
        let network = NativeGroupNetwork(3)
        network.start()
        network.run(50) { step in
            for member in network.members { member.emit(byteCount: 20 + Int(step), network.now) }
        }
        network.run(20)
        network.expectAll()
        #expect(network.members.allSatisfy { $0.joined.count == 2 && $0.left.isEmpty && $0.refused.isEmpty })
        #expect(network.members[0].machine.members.count == 2)
    }

    @Test func `an event longer than a datagram spans several`() {
        let network = NativeGroupNetwork(2)
        network.start()
        network.run(20) { step in
            network.members[0].emit(byteCount: Int(step) * 7_001, network.now)
            network.members[0].emit(byteCount: 12, network.now)
        }
        network.run(20)
        network.expectAll()
    }

    @Test(arguments: [0.001, 0.01, 0.1, 0.2], [1.0, 4.0])
    func `what is lost is repaired`(loss: Double, burst: Double) {
        let conditions = NativeGroupConditions(loss: loss, burst: burst)
        let network = NativeGroupNetwork(4, conditions, seed: UInt64(loss * 1_000) + UInt64(burst))
        network.start()
        network.run(300) { _ in
            for member in network.members { for _ in 0..<5 { member.emit(byteCount: 150, network.now) } }
        }
        network.run(4_000)
        network.expectAll(isComplete: loss < 0.05)
    }
}
