/// Datagrams that have come before one that is missing, by their number. What was only announced takes no room.
package struct DatagramStash: ~Copyable {
    /// 96 bytes that a datagram takes beside its own, about.
    package static let datagramByteCount = 96

    private var datagrams: [UInt64: UnsafeMutableRawBufferPointer] = [:]

    /// What all of them take.
    package private(set) var byteCount = 0

    package init() {}

    deinit { for datagram in datagrams.values { datagram.deallocate() } }

    package var count: Int { datagrams.count }

    /// The lowest number that is here. Looks at all of them.
    package var lowest: UInt64? { datagrams.keys.min() }

    package func contains(_ number: UInt64) -> Bool { datagrams[number] != nil }

    /// Keeps a copy. One that is here already stays.
    package mutating func insert(_ number: UInt64, _ bytes: UnsafeRawBufferPointer) {
        guard datagrams[number] == nil else { return }
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 8)
        copy.copyMemory(from: bytes)
        datagrams[number] = UnsafeMutableRawBufferPointer(rebasing: copy[..<bytes.count])
        byteCount += bytes.count + Self.datagramByteCount
    }

    /// Hands a datagram over: whoever takes it deallocates it.
    package mutating func remove(_ number: UInt64) -> UnsafeMutableRawBufferPointer? {
        guard let datagram = datagrams.removeValue(forKey: number) else { return nil }
        byteCount -= datagram.count + Self.datagramByteCount
        return datagram
    }
}
