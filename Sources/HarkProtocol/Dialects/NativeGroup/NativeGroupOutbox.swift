import HarkWire

/// Datagrams that wait to leave and are not kept any longer: heartbeats, requests and the like.
struct NativeGroupOutbox: ~Copyable {
    private struct Entry {
        let offset: Int
        let byteCount: Int
        let target: DatagramTarget
        let kind: NativeGroupKind
    }

    /// 64 KiB: they are short and leave at once. Beyond, they are dropped; each of them is said again if it matters.
    private static let byteCountMax = 64 << 10

    private let memory: UnsafeMutableRawPointer
    private let scratch: UnsafeMutableRawPointer
    private let datagramByteCount: Int
    private let group: UInt32
    private var entries: ContiguousArray<Entry> = []
    private var firstIndex = 0
    private var end = 0

    /// Where the next byte of the datagram that is being written goes.
    private var cursor: UnsafeMutableRawPointer

    /// How many were dropped.
    private(set) var droppedCount = 0

    init(datagramByteCount: Int, group: UInt32) {
        self.datagramByteCount = datagramByteCount
        self.group = group
        memory = .allocate(byteCount: max(Self.byteCountMax, 4 * datagramByteCount), alignment: 16)
        scratch = .allocate(byteCount: datagramByteCount, alignment: 16)
        cursor = scratch
    }

    deinit {
        memory.deallocate()
        scratch.deallocate()
    }

    // MARK: Leaving

    var count: Int { entries.count - firstIndex }

    /// One that waits, from 0.
    func datagram(_ index: Int) -> (bytes: UnsafeRawBufferPointer, target: DatagramTarget) {
        let entry = entries[firstIndex + index]
        return (UnsafeRawBufferPointer(start: memory + entry.offset, count: entry.byteCount), entry.target)
    }

    /// The first one has left.
    mutating func removeFirst() -> (byteCount: Int, kind: NativeGroupKind) {
        let entry = entries[firstIndex]
        firstIndex += 1
        if firstIndex == entries.count { removeAll() }
        return (entry.byteCount, entry.kind)
    }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        firstIndex = 0
        end = 0
    }

    // MARK: Writing

    /// How many more bytes the datagram that is being written may take.
    var room: Int { datagramByteCount - (cursor - scratch) }

    /// Starts a datagram. What is put next belongs to it, until `finish`.
    mutating func begin(_ kind: NativeGroupKind, sender: UInt64) {
        NativeGroupHeader(kind, group: group, sender: sender).write(to: scratch)
        cursor = scratch + NativeGroupHeader.byteCount
    }

    mutating func put<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
        precondition(room >= MemoryLayout<T>.size, "a datagram is too small for what it says")
        cursor.storeBytes(of: value.littleEndian, as: T.self)
        cursor += MemoryLayout<T>.size
    }

    /// Ten bytes at most.
    mutating func putLEB128(_ value: UInt64) {
        precondition(room >= 10, "a datagram is too small for what it says")
        cursor += cursor.storeLEB128(value)
    }

    /// Ends the datagram: it waits to leave.
    ///
    /// - Returns: its length; 0 when there was no room for it.
    @discardableResult
    mutating func finish(
        _ kind: NativeGroupKind, sender: UInt64, _ seal: inout NativeGroupSeal, to target: DatagramTarget
    ) -> Int {
        let byteCount = cursor - scratch
        guard end + byteCount + seal.byteCount <= max(Self.byteCountMax, 4 * datagramByteCount) else {
            droppedCount += 1
            return 0
        }
        let bytes = UnsafeRawBufferPointer(start: scratch, count: byteCount)
        let written: Int
        if let cipher = seal.cipher {
            written = seal.seal(bytes, kind, group: group, sender: sender, with: cipher, into: memory + end)
        } else {
            (memory + end).copyMemory(from: scratch, byteCount: byteCount)
            written = byteCount
        }
        entries.append(Entry(offset: end, byteCount: written, target: target, kind: kind))
        end += written
        return written
    }
}
