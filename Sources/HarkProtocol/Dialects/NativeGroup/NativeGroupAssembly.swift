/// An event that spans datagrams, as far as it has arrived. Memory is taken for what is here, not for what was
/// announced.
struct NativeGroupAssembly: ~Copyable {
    /// 1 KiB: the least that is taken.
    private static let byteCountFirst = 1 << 10
    /// 4 KiB are kept for the next one: where datagrams are full, each ends with the beginning of an event.
    private static let keptByteCountMax = 4 << 10

    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var nameByteCount = 0
    private var count = 0
    /// With the name.
    private var wholeByteCount = 0

    /// Whether an event has begun and was not delivered.
    private(set) var isActive = false

    deinit { memory.deallocate() }

    /// What it takes.
    var byteCount: Int { memory.count }
    var missingByteCount: Int { wholeByteCount - count }

    var name: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<nameByteCount]) }
    var arguments: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[nameByteCount..<count]) }

    /// An event begins.
    ///
    /// - Parameters:
    ///   - arguments: the first of them.
    ///   - length: of all of them.
    mutating func begin(_ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, length: Int) {
        end()
        nameByteCount = name.count
        wholeByteCount = name.count + length
        isActive = true
        append(name)
        append(arguments)
    }

    /// Adds what comes next, which is no more than what is missing.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        if count + bytes.count > memory.count { grow(count + bytes.count) }
        UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: bytes)
        count += bytes.count
    }

    private mutating func grow(_ needed: Int) {
        // No more than twice of what is here, and no more than the whole.
        let byteCount = max(min(max(memory.count * 2, needed), wholeByteCount), Self.byteCountFirst)
        let grown = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 8)
        grown.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
        memory.deallocate()
        memory = grown
    }

    /// The event was delivered, or will never be.
    mutating func end() {
        count = 0
        isActive = false
        guard memory.count > Self.keptByteCountMax else { return }
        memory.deallocate()
        memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }
}
