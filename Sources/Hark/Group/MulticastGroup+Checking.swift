internal import HarkProtocol
internal import HarkUV

extension MulticastGroup {
    /// 64 bytes: in smaller payloads there is hardly anything but heads.
    private static nonisolated let payloadByteCountMin = 64

    /// What `Options.maxPayloadSize` may be, in bytes.
    package static nonisolated func payloadSizes(in dialect: Dialect) -> ClosedRange<Int> {
        (dialect == .native ? NativeGroupSettings.datagramByteCountMin : payloadByteCountMin)...UDPSocket.byteCountMax
    }

    /// Refuses options that cannot be meant.
    static nonisolated func check(_ options: Options) throws(HarkError) {
        guard options.dialect == .native || options.dialect == .eventcast else {
            throw refused("groups speak native or eventcast, not \(options.dialect)")
        }
        if options.id != nil, options.dialect == .native {
            throw refused("native members draw an id with each start, so that nothing old is taken for theirs")
        }
        if let port = options.port, !(1...65_535).contains(port) {
            throw refused("a port is a number from 1 to 65535, not \(port)")
        }
        guard (0...255).contains(options.multicastTtl) else {
            throw refused("multicastTtl is 0 to 255, not \(options.multicastTtl)")
        }
        let sizes = payloadSizes(in: options.dialect)
        if let size = options.maxPayloadSize, !sizes.contains(size) {
            throw refused("maxPayloadSize is \(sizes.lowerBound) to \(sizes.upperBound) bytes, not \(size)")
        }
        if let byteRate = options.reliability.byteRate, byteRate < 1 {
            throw refused("reliability.byteRate is bytes in a second, or nil for as many as go, not \(byteRate)")
        }
        for (name, byteCount) in [
            ("reliability.repairByteCount", options.reliability.repairByteCount),
            ("reliability.reassemblyByteCount", options.reliability.reassemblyByteCount),
        ] where byteCount < 1 {
            throw refused("\(name) is a number of bytes, not \(byteCount)")
        }
        guard options.messageTtl > .zero else {
            throw refused("messageTtl is longer than nothing, not \(options.messageTtl)")
        }
    }

    private static nonisolated func refused(_ reason: String) -> HarkError { HarkError(.invalidOptions, reason) }
}
