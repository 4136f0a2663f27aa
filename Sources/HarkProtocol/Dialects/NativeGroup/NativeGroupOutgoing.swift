import HarkWire

/// Packs events into datagrams, which stay in the store to be sent and sent again.
///
/// A datagram of events has a head of eighteen bytes behind the header: its number, the number of the first event that
/// begins in it or after it, and where in it that event begins. Then come the frames. An event that does not fit goes
/// on in the next datagram, so that all of them but the last one of a turn are equally long.
struct NativeGroupOutgoing: ~Copyable {
    /// Number, ordinal and first, in bytes.
    static let headByteCount = 18
    /// In front of the frames.
    static let frontByteCount = NativeGroupHeader.byteCount + headByteCount
    /// The length of an event and the length of its name take so many bytes at most.
    private static let lengthsByteCountMax = 7

    var store: RepairStore
    private let datagramByteCount: Int
    private let messageByteCount: Int
    private let queueByteCount: Int
    private let group: UInt32
    private let sender: UInt64

    /// The number of the first datagram that has not left.
    private(set) var unsent: UInt64 = 0
    /// The number of the next event that begins.
    private(set) var nextOrdinal: UInt64 = 0
    /// Events of which not all has left.
    private(set) var queuedEventCount = 0
    /// What waits to leave in closed datagrams, in bytes.
    private var closedByteCount = 0

    // The open datagram. Without one there is no room between the pointers.
    private var isOpen = false
    private var isNamed = false
    private var start: UnsafeMutableRawPointer
    private var cursor: UnsafeMutableRawPointer
    private var limit: UnsafeMutableRawPointer
    private var endedCount = 0
    /// The name of the last event that begins in it.
    private var name: UnsafeRawBufferPointer

    init(_ settings: NativeGroupSettings, sender: UInt64, overhead: Int) {
        store = RepairStore(capacity: settings.repairByteCount)
        datagramByteCount = settings.datagramByteCount - overhead
        messageByteCount = settings.messageByteCount
        queueByteCount = settings.queueByteCount
        group = settings.group
        self.sender = sender
        // Written to only after it was opened.
        start = store.memory
        cursor = start
        limit = start
        name = UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// What waits to leave, in bytes of datagrams.
    var queuedByteCount: Int { closedByteCount + (isOpen ? cursor - start : 0) }

    /// Whether something waits to leave.
    var isQueued: Bool { unsent < store.next || isOpen }

    /// The number of the first event that begins in no datagram that has left.
    var sentOrdinal: UInt64 {
        let first: UnsafeRawPointer
        if unsent < store.next, let datagram = store.bytes(unsent).baseAddress {
            first = datagram
        } else if isOpen {
            first = UnsafeRawPointer(start)
        } else {
            return nextOrdinal
        }
        let ordinal = first.loadUnaligned(fromByteOffset: NativeGroupHeader.byteCount + 8, as: UInt64.self)
        return UInt64(littleEndian: ordinal)
    }

    // MARK: Events

    /// Takes an event.
    ///
    /// - Parameter kept: datagrams from here on do not give way to it.
    mutating func emit(
        _ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, keeping kept: UInt64
    ) -> GroupSendOutcome {
        guard name.count <= NativeGroupSettings.nameByteCountMax else { return .nameTooLong }
        guard arguments.count <= messageByteCount - name.count else { return .tooLarge }
        let isSame = isSameName(name)
        let body = Self.byteCount(ofName: name, isSame) + arguments.count
        let head = UnsafeMutableRawPointer.byteCountOfLEB128(body)
        guard limit - cursor >= head + body else { return emitAcross(name, arguments, keeping: kept) }
        writeHead(name, isSame, body)
        write(arguments, arguments.count)
        finishEvent()
        return .accepted
    }

    /// Takes an event for which the open datagram has no room, or not enough.
    @inline(never)
    private mutating func emitAcross(
        _ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, keeping kept: UInt64
    ) -> GroupSendOutcome {
        let content = datagramByteCount - Self.frontByteCount
        let whole = 2 * Self.lengthsByteCountMax + name.count + arguments.count
        let needed = whole + (whole / content + 2) * Self.frontByteCount
        let waiting = queuedByteCount
        guard waiting == 0 || waiting + whole <= queueByteCount else { return .queueFull }
        let kept = max(min(kept, unsent), store.oldest)
        let opened = isOpen ? datagramByteCount : 0
        guard store.hasRoom(for: opened + needed, datagramByteCountMax: datagramByteCount, keeping: kept)
        else { return .queueFull }
        // The lengths and the name are never cut.
        if limit - cursor < Self.lengthsByteCountMax + name.count { padAndClose() }
        if !isOpen { openNext(first: 0, keeping: kept) }
        let isSame = isSameName(name)
        writeHead(name, isSame, Self.byteCount(ofName: name, isSame) + arguments.count)
        var rest = arguments
        while true {
            let count = min(limit - cursor, rest.count)
            write(rest, count)
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            guard !rest.isEmpty else { break }
            close()
            openNext(first: min(rest.count, content), keeping: kept)
        }
        finishEvent()
        return .accepted
    }

    @inline(__always)
    private static func byteCount(ofName name: UnsafeRawBufferPointer, _ isSame: Bool) -> Int {
        isSame ? 1 : UnsafeMutableRawPointer.byteCountOfLEB128(name.count + 1) + name.count
    }

    @inline(__always)
    private mutating func writeHead(_ name: UnsafeRawBufferPointer, _ isSame: Bool, _ body: Int) {
        cursor += cursor.storeLEB128(UInt64(body))
        guard !isSame else {
            cursor.storeBytes(of: 0, as: UInt8.self)
            cursor += 1
            return
        }
        cursor += cursor.storeLEB128(UInt64(name.count + 1))
        self.name = UnsafeRawBufferPointer(start: cursor, count: name.count)
        isNamed = true
        write(name, name.count)
    }

    @inline(__always)
    private mutating func write(_ bytes: UnsafeRawBufferPointer, _ count: Int) {
        guard let source = bytes.baseAddress else { return }
        cursor.copyMemory(from: source, byteCount: count)
        cursor += count
    }

    @inline(__always)
    private mutating func finishEvent() {
        endedCount += 1
        nextOrdinal += 1
        queuedEventCount += 1
    }

    @inline(__always)
    private func isSameName(_ other: UnsafeRawBufferPointer) -> Bool {
        guard isNamed, name.count == other.count else { return false }
        guard let a = name.baseAddress, let b = other.baseAddress else { return true }
        let count = name.count
        guard count >= 8 else { return UInt64(few: a, count) == UInt64(few: b, count) }
        var index = 0
        while index + 8 < count {
            guard Self.word(a + index) == Self.word(b + index) else { return false }
            index += 8
        }
        return Self.word(a + count - 8) == Self.word(b + count - 8)
    }

    @inline(__always)
    private static func word(_ start: UnsafeRawPointer) -> UInt64 { start.loadUnaligned(as: UInt64.self) }

    // MARK: Datagrams

    private mutating func openNext(first: Int, keeping kept: UInt64) {
        guard let opened = store.open(byteCountMax: datagramByteCount, keeping: kept) else {
            preconditionFailure("the store had room for all of an event, and has none for a part")
        }
        start = opened
        limit = start + datagramByteCount
        NativeGroupHeader(.data, group: group, sender: sender).write(to: start)
        cursor = start + NativeGroupHeader.byteCount
        cursor.storeBytes(of: store.next.littleEndian, as: UInt64.self)
        // An event that goes on here has begun before.
        let ordinal = nextOrdinal + (first > 0 ? 1 : 0)
        cursor.storeBytes(of: ordinal.littleEndian, toByteOffset: 8, as: UInt64.self)
        cursor.storeBytes(of: UInt16(first).littleEndian, toByteOffset: 16, as: UInt16.self)
        cursor += Self.headByteCount
        isOpen = true
        isNamed = false
    }

    /// Zeros to the end, so that this datagram is as long as the others.
    private mutating func padAndClose() {
        guard isOpen else { return }
        cursor.initializeMemory(as: UInt8.self, repeating: 0, count: limit - cursor)
        cursor = limit
        close()
    }

    /// Ends the open datagram, if there is one: what is emitted next goes into another.
    mutating func close() {
        guard isOpen else { return }
        let byteCount = cursor - start
        store.close(byteCount: byteCount, eventCount: endedCount)
        closedByteCount += byteCount
        endedCount = 0
        isOpen = false
        isNamed = false
        limit = cursor
    }

    /// The first datagram that waited has left.
    ///
    /// - Returns: how many events have left with it, and its bytes.
    mutating func sentFirst() -> (eventCount: Int, byteCount: Int) {
        let eventCount = store.eventCount(unsent)
        let byteCount = store.bytes(unsent).count
        queuedEventCount -= eventCount
        closedByteCount -= byteCount
        unsent += 1
        return (eventCount, byteCount)
    }
}
