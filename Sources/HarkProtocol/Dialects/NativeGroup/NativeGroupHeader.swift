import HarkWire

/// How every datagram of a native group begins.
struct NativeGroupHeader {
    enum Failure: Error {
        case malformed
        case version(UInt8)
    }

    /// "HG". Programs that speak something else do not begin like this.
    static let magic: UInt16 = 0x4748
    static let version: UInt8 = 1
    /// Magic, version, kind, group and sender, in bytes.
    static let byteCount = 16
    /// With a key and a counter behind them.
    static let sealedByteCount = 25

    let kind: UInt8
    let isSealed: Bool
    /// Whether it is sent again.
    var isRepair = false
    let group: UInt32
    let sender: UInt64
    /// The number of the key; 0 when nothing is sealed.
    var key: UInt8 = 0
    /// Never used twice with a key; 0 when nothing is sealed.
    var counter: UInt64 = 0

    var byteCount: Int { isSealed ? Self.sealedByteCount : Self.byteCount }

    init(_ kind: NativeGroupKind, group: UInt32, sender: UInt64) {
        self.kind = kind.rawValue
        isSealed = false
        self.group = group
        self.sender = sender
    }

    init(_ kind: NativeGroupKind, group: UInt32, sender: UInt64, key: UInt8, counter: UInt64) {
        self.kind = kind.rawValue
        isSealed = true
        self.group = group
        self.sender = sender
        self.key = key
        self.counter = counter
    }

    init(reading datagram: UnsafeRawBufferPointer) throws(Failure) {
        guard let start = datagram.baseAddress, datagram.count >= 4 else { throw .malformed }
        guard start.loadUnaligned(as: UInt16.self) == Self.magic.littleEndian else { throw .malformed }
        let version = start.load(fromByteOffset: 2, as: UInt8.self)
        guard version == Self.version else { throw .version(version) }
        guard datagram.count >= Self.byteCount else { throw .malformed }
        let first = start.load(fromByteOffset: 3, as: UInt8.self)
        kind = first & NativeGroupKind.mask
        isSealed = first & NativeGroupKind.sealed != 0
        isRepair = first & NativeGroupKind.repair != 0
        group = UInt32(littleEndian: start.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        sender = UInt64(littleEndian: start.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        guard isSealed else { return }
        guard datagram.count >= Self.sealedByteCount else { throw .malformed }
        key = start.load(fromByteOffset: 16, as: UInt8.self)
        counter = UInt64(littleEndian: start.loadUnaligned(fromByteOffset: 17, as: UInt64.self))
    }

    /// Marks a datagram without a seal, which lies behind `start`, as one that is sent again.
    static func markRepair(at start: UnsafeMutableRawPointer) {
        let first = start.load(fromByteOffset: 3, as: UInt8.self)
        start.storeBytes(of: first | NativeGroupKind.repair, toByteOffset: 3, as: UInt8.self)
    }

    /// Writes `byteCount` bytes.
    func write(to start: UnsafeMutableRawPointer) {
        start.storeBytes(of: Self.magic.littleEndian, as: UInt16.self)
        start.storeBytes(of: Self.version, toByteOffset: 2, as: UInt8.self)
        let first = kind | (isSealed ? NativeGroupKind.sealed : 0) | (isRepair ? NativeGroupKind.repair : 0)
        start.storeBytes(of: first, toByteOffset: 3, as: UInt8.self)
        start.storeBytes(of: group.littleEndian, toByteOffset: 4, as: UInt32.self)
        start.storeBytes(of: sender.littleEndian, toByteOffset: 8, as: UInt64.self)
        guard isSealed else { return }
        start.storeBytes(of: key, toByteOffset: 16, as: UInt8.self)
        start.storeBytes(of: counter.littleEndian, toByteOffset: 17, as: UInt64.self)
    }
}
