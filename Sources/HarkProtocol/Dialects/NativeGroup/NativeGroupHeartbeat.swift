import HarkWire

/// How far a sender is.
struct NativeGroupHeartbeat: Equatable {
    /// In bytes.
    static let byteCount = 38

    /// The number of the datagram that leaves next.
    var next: UInt64
    /// The lowest one that can still be sent again.
    var oldest: UInt64
    /// The number of the first event that begins in no datagram that has left.
    var ordinal: UInt64
    /// The sender's clock, in milliseconds, to come back in what is said to it.
    var time: UInt32
    /// How many members it knows of.
    var groupCount: UInt32
    /// The longest round trip to any of them, in milliseconds.
    var roundTrip: UInt16
    /// Within so many milliseconds it is heard again.
    var interval: UInt32

    init(
        next: UInt64, oldest: UInt64, ordinal: UInt64, time: UInt32, groupCount: UInt32, roundTrip: UInt16,
        interval: UInt32
    ) {
        self.next = next
        self.oldest = oldest
        self.ordinal = ordinal
        self.time = time
        self.groupCount = groupCount
        self.roundTrip = roundTrip
        self.interval = interval
    }

    /// Nil when it contradicts itself. What follows it belongs to a later version.
    init?(reading body: UnsafeRawBufferPointer) {
        var reader = ByteReader(body)
        guard let next = reader.readLittleEndian(UInt64.self), let oldest = reader.readLittleEndian(UInt64.self),
            let ordinal = reader.readLittleEndian(UInt64.self), let time = reader.readLittleEndian(UInt32.self),
            let groupCount = reader.readLittleEndian(UInt32.self),
            let roundTrip = reader.readLittleEndian(UInt16.self), let interval = reader.readLittleEndian(UInt32.self),
            oldest <= next, next < NativeGroupSource.numberMax, ordinal < NativeGroupSource.numberMax
        else { return nil }
        self.init(
            next: next, oldest: oldest, ordinal: ordinal, time: time, groupCount: groupCount, roundTrip: roundTrip,
            interval: interval)
    }

    func write(to outbox: inout NativeGroupOutbox) {
        outbox.put(next)
        outbox.put(oldest)
        outbox.put(ordinal)
        outbox.put(time)
        outbox.put(groupCount)
        outbox.put(roundTrip)
        outbox.put(interval)
    }
}
