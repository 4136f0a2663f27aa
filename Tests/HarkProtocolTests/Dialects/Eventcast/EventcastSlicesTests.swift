import HarkProtocol
import HarkWire
import Testing

struct EventcastSlicesTests {
    private func slices(_ byteCount: Int, _ byteCountMax: Int) -> [[UInt8]]? {
        (0..<byteCount).map { UInt8($0 % 251) }.withUnsafeBytes { bytes in
            EventcastSlices(bytes, byteCountMax: byteCountMax).map { slices in
                (0..<slices.count).map { Array(slices[$0]) }
            }
        }
    }

    @Test func `what fits is not cut`() {
        for byteCount in [0, 1, 9, 10] { #expect(slices(byteCount, 10) == nil) }
        #expect(slices(11, 10) != nil)
        #expect(slices(10, 0) == nil)
    }

    @Test(arguments: [11, 19, 20, 21, 30, 1_001])
    func `all slices but the last are full, and none is empty`(byteCount: Int) throws {
        let slices = try #require(self.slices(byteCount, 10))
        #expect(slices.dropLast().allSatisfy { $0.count == 10 })
        #expect(1...10 ~= slices[slices.count - 1].count)
        #expect(Array(slices.joined()) == (0..<byteCount).map { UInt8($0 % 251) })
    }
}
