internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Refusing events with their names and arguments, which only the dialects of older libraries do.
extension Outlet {
    /// Whether whatever is emitted now is refused, and its name and arguments are told.
    var isRefusing: Bool {
        rules.contains(.tellsEach) && (isClosed || (rules.contains(.dropsOffline) && isOffline))
    }

    /// Starts an event that `refuse` ends.
    func beginRefused(_ name: [UInt8]) -> EmitResult? {
        name.withUnsafeBytes { NativeOutgoing.beginEvent(named: $0, isVolatile: false, into: &arguments.bytes) }
        return nil
    }

    /// Refuses the event that was written, if it has to be.
    func refuseForbidden() -> EmitResult? {
        if isRefusing { return refuse(isClosed ? .closed : .notConnected) }
        guard rules.contains(.oneArgument) else { return nil }
        var arguments = ArgumentReader(writtenEvent().arguments)
        if !arguments.isAtEnd, (try? arguments.skip()) == nil { return refuse(.notEncodable) }
        return arguments.isAtEnd ? nil : refuse(.tooManyArguments)
    }

    /// Refuses the event that was written, and tells which it was.
    func refuse(_ reason: DropReason) -> EmitResult {
        let (name, encoded) = writtenEvent()
        let values = Self.values(encoded)
        arguments.bytes.abandonFrame()
        count(reason)
        guard let emitter else { return .dropped(reason) }
        EventLoop.enterVerified((emitter, reason, name, values)) { $0.tellRefused($1, $2, $3) }
        return .dropped(reason)
    }

    /// Arguments as they were encoded, up to one that cannot be read.
    static func values(_ encoded: UnsafeRawBufferPointer) -> [Value] {
        var arguments = ArgumentReader(encoded)
        var values: [Value] = []
        while !arguments.isAtEnd, let value = try? arguments.readValue() { values.append(value) }
        return values
    }

    /// Name and arguments of the event that is written and not ended.
    private func writtenEvent() -> (name: String, arguments: UnsafeRawBufferPointer) {
        var frame = ByteReader(arguments.bytes.frameBytes())
        // Behind the header there is the number of the name, or its length and the name.
        let isNamed = frame.readByte() == NativeKind.namedEvent.rawValue
        guard frame.read(FrameHeader.byteCount - 1) != nil, let number = frame.readLEB128() else {
            return ("", frame.rest)
        }
        guard isNamed else { return (name(number), frame.rest) }
        let name = frame.read(Int(clamping: number)).map { String(decoding: $0, as: UTF8.self) }
        return (name ?? "", frame.rest)
    }
}
