/// Memory in which strings with escapes are put together. Who reads many texts keeps one for all of them.
///
/// Belongs to one thread or one lock; not `Sendable`.
package final class JSONScratch {
    /// 64 KiB are kept from one text to the next; what a longer string needed is freed.
    package static let keptByteCountMax = 64 * 1024

    /// 256 bytes: more than nearly every string with an escape has.
    private static let byteCountMin = 256

    @exclusivity(unchecked) private var memory: UnsafeMutableRawPointer
    @exclusivity(unchecked) private var capacity: Int
    @exclusivity(unchecked) private var count = 0

    package init() {
        capacity = Self.byteCountMin
        memory = .allocate(byteCount: capacity, alignment: 8)
    }

    deinit { memory.deallocate() }

    /// What is put together; valid until the next change.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory, count: count) }

    func removeAll() { count = 0 }

    func append(_ byte: UInt8) {
        reserve(1)
        memory.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        reserve(bytes.count)
        (memory + count).copyMemory(from: start, byteCount: bytes.count)
        count += bytes.count
    }

    /// Gives back memory that only an unusually long string needed.
    func trim() {
        guard capacity > Self.keptByteCountMax else { return }
        count = 0
        move(to: Self.byteCountMin)
    }

    private func reserve(_ byteCount: Int) {
        if capacity - count < byteCount { move(to: max(capacity * 2, count + byteCount)) }
    }

    private func move(to byteCount: Int) {
        let other = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 8)
        other.copyMemory(from: memory, byteCount: count)
        memory.deallocate()
        memory = other
        capacity = byteCount
    }
}
