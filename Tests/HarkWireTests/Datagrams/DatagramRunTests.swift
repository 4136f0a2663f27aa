import HarkWire
import Testing

struct DatagramRunTests {
    @Test(arguments: [1, 9, 10, 11, 20, 25])
    func `a run is cut into datagrams of one length, and a rest`(_ byteCount: Int) {
        let bytes = (0..<byteCount).map { UInt8($0) }
        bytes.withUnsafeBytes { bytes in
            let run = DatagramRun(bytes, segmentByteCount: 10, to: .group)
            let parts = (0..<run.count).map { Array(run[$0]) }
            #expect(parts.flatMap { $0 } == Array(bytes))
            #expect(parts.dropLast().allSatisfy { $0.count == 10 })
            #expect(parts.last.map { (1...10).contains($0.count) } == true)
        }
    }

    @Test func `nothing is one empty datagram`() {
        let run = DatagramRun(UnsafeRawBufferPointer(start: nil, count: 0), to: .group)
        #expect(run.count == 1)
        #expect(run[0].isEmpty)
    }
}
