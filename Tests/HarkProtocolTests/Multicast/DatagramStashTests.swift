import HarkProtocol
import Testing

@Suite struct DatagramStashTests {
    @Test func `datagrams are kept until they are taken, and counted meanwhile`() {
        var stash = DatagramStash()
        for (number, bytes) in [(7, [1, 2, 3]), (5, []), (9, [4])] as [(UInt64, [UInt8])] {
            bytes.withUnsafeBytes { stash.insert(number, $0) }
        }
        // One that is here stays as it is.
        [9, 9, 9, 9].withUnsafeBytes { stash.insert(7, $0) }
        let (count, lowest, byteCount) = (stash.count, stash.lowest, stash.byteCount)
        #expect(count == 3 && lowest == 5 && byteCount == 4 + 3 * DatagramStash.datagramByteCount)
        let contained = (0..<12).filter { stash.contains($0) }
        #expect(contained == [5, 7, 9])
        let datagram = stash.remove(7)
        #expect(datagram.map(Array.init) == [1, 2, 3])
        datagram?.deallocate()
        let again = stash.remove(7)
        #expect(again == nil)
        let empty = stash.remove(5)
        #expect(empty?.count == 0)
        empty?.deallocate()
        let rest = stash.byteCount
        #expect(rest == 1 + DatagramStash.datagramByteCount)
    }
}
