internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// What a client says before the data that waits: uncounted frames among those of the connection itself.
extension NativeLink {
    /// Writes an event that goes ahead.
    func emitAhead(_ name: String, _ encode: (inout ArgumentWriter) -> Void) throws(HarkError) {
        let arguments = try Self.encoded(encode)
        if let refusal = refusal(of: name, arguments) { throw refusal }
        try writeAhead(.namedVolatile, name, arguments) { _ in }
        outlet.countVolatile()
    }

    /// Why the dialect cannot carry an event, if so.
    private func refusal(of name: String, _ arguments: [UInt8]) -> HarkError? {
        if Array(name.utf8).withUnsafeBytes(outlet.isReserved) { return HarkError(dropped: .reservedName, name) }
        guard outlet.rules.contains(.oneArgument) else { return nil }
        let values = arguments.withUnsafeBytes { Outlet.values($0) }
        return values.count > 1 ? HarkError(dropped: .tooManyArguments, name, values) : nil
    }

    /// Writes a request that goes ahead.
    func requestAhead(
        _ id: UInt64, _ name: String, within deadline: Duration, _ encode: (inout ArgumentWriter) -> Void
    ) throws(HarkError) {
        try writeAhead(.namedRequest, name, try Self.encoded(encode)) { output in
            output.appendLEB128(id)
            output.appendLEB128(deadline.milliseconds)
        }
    }

    private func writeAhead(
        _ kind: NativeKind, _ name: String, _ arguments: [UInt8], head: (inout ByteWriter) -> Void
    ) throws(HarkError) {
        guard name.utf8.count <= NativeLimits.nameByteCountMax else {
            throw HarkError(.limit, "a name may have \(NativeLimits.nameByteCountMax) bytes")
        }
        // The numbers ahead of it have at most 30 bytes.
        guard arguments.count + name.utf8.count + 30 <= Int(outlet.bodyByteCountMax),
            control.byteCount + arguments.count <= options.limits.queueByteCount
        else { throw HarkError(.limit, "\"\(name)\" is longer than the other side accepts, or too much waits already") }
        NativeFrame.begin(kind, into: &control)
        head(&control)
        control.appendLEB128(UInt64(name.utf8.count))
        control.append(utf8: name)
        control.append(arguments.span.bytes)
        NativeFrame.end(&control)
        setDirty()
    }

    private static func encoded(_ encode: (inout ArgumentWriter) -> Void) throws(HarkError) -> [UInt8] {
        var writer = ArgumentWriter(pool: EventLoop.current.pool)
        encode(&writer)
        if let failure = writer.takeFailure() {
            throw HarkError(.arguments, "an argument cannot be encoded: \(failure)", cause: failure)
        }
        return writer.bytes.takeBytes()
    }

    /// Everything was said that goes ahead: what waits may leave.
    func letGo() {
        isHeld = false
        setDirty()
        didWrite()
    }
}
