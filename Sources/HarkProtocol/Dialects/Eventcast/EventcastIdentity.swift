import HarkWire

/// The texts that a member says of itself in every datagram, at a place in memory where they stay.
final class EventcastIdentity {
    /// `2026-11-21T02:16:32.198Z`
    private static let timeByteCount = 24
    /// The last millisecond of the year 9999: later ones have more digits.
    private static let dateMax: Int64 = 253_402_300_799_999

    private let memory: UnsafeMutableRawPointer
    private let host: UnsafeRawBufferPointer
    private let port: UInt16
    private let hostname: UnsafeRawBufferPointer
    let id: UnsafeRawBufferPointer
    /// Where answers shall go.
    let answerHost: UnsafeRawBufferPointer
    let answerPort: UInt16
    private let time: UnsafeMutableRawBufferPointer
    private var date: Int64?
    private var digits = ByteWriter(pool: ChunkPool(chunkByteCount: 64))

    init(_ settings: EventcastSettings) {
        let answerHost = settings.answerAddress.flatMap(Self.text) ?? settings.host
        let texts = [settings.host, settings.hostname, settings.id, answerHost]
        memory = .allocate(byteCount: texts.reduce(Self.timeByteCount) { $0 + $1.utf8.count }, alignment: 1)
        time = UnsafeMutableRawBufferPointer(start: memory, count: Self.timeByteCount)
        time.initializeMemory(as: UInt8.self, repeating: 0)
        var start = memory + Self.timeByteCount
        let parts = texts.map { text in
            let part = UnsafeMutableRawBufferPointer(start: start, count: text.utf8.count)
            part.copyBytes(from: text.utf8)
            start += part.count
            return UnsafeRawBufferPointer(part)
        }
        (host, hostname, id, self.answerHost) = (parts[0], parts[1], parts[2], parts[3])
        port = settings.port
        answerPort = settings.answerAddress?.port ?? settings.port
        digits.beginFrame()
    }

    deinit { memory.deallocate() }

    /// Whether somebody calls itself as this member does: it is this member, hearing itself.
    func isOwn(_ origin: EventcastOrigin) -> Bool { origin.id.elementsEqual(id) }

    /// What this member says of an event. Valid until it is asked again.
    ///
    /// - Parameter date: in milliseconds since 1970.
    func origin(_ name: UnsafeRawBufferPointer, date: Int64) -> EventcastOrigin {
        if date != self.date { write(date) }
        return EventcastOrigin(
            name: name, host: host, port: port, hostname: hostname, id: id, time: UnsafeRawBufferPointer(time))
    }

    private func write(_ date: Int64) {
        self.date = date
        digits.abandonFrame()
        ISODate.write(min(max(date, 0), Self.dateMax), to: &digits)
        // Without the quotes.
        time.copyBytes(from: digits.frameBytes(from: 1).prefix(Self.timeByteCount))
    }

    /// Nil for what originals cannot send to: they know IPv4 only.
    private static func text(_ address: DatagramAddress) -> String? {
        guard !address.isIPv6 else { return nil }
        return [24, 16, 8, 0].map { "\(address.low >> $0 & 255)" }.joined(separator: ".")
    }
}
