internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Requests and replies, which concern one connection and are not counted.
extension NativeOutlet {
    /// Starts a request. Its arguments follow, then `endRequest`.
    func beginRequest(_ id: UInt64, _ name: String, within deadline: UInt64) -> HarkError? {
        catchUp()
        var name = name
        return name.withUTF8 { utf8 in
            let utf8 = UnsafeRawBufferPointer(utf8)
            guard utf8.count <= NativeLimits.nameByteCountMax else {
                return HarkError(.limit, "the name of a request may have \(NativeLimits.nameByteCountMax) bytes")
            }
            let number = number(of: utf8)
            if number == 0 {
                outgoing.beginRequest(id, within: deadline, named: utf8, into: &arguments.bytes)
            } else {
                outgoing.beginRequest(id, within: deadline, number: number, into: &arguments.bytes)
            }
            return nil
        }
    }

    /// Ends the request begun last.
    func endRequest() -> HarkError? {
        if let failure = arguments.takeFailure() {
            arguments.bytes.abandonFrame()
            return HarkError(.arguments, "an argument of the request cannot be encoded: \(failure)", cause: failure)
        }
        guard outgoing.endUncounted(&arguments.bytes) else {
            return HarkError(.limit, "the request is longer than the other side accepts")
        }
        added()
        return nil
    }

    /// Starts the reply to a request. The result follows, then `endReply`.
    func beginReply(_ id: UInt64) {
        catchUp()
        outgoing.beginReply(id, into: &arguments.bytes)
    }

    /// Ends the reply begun last.
    ///
    /// - Returns: false when it cannot be sent; then nothing of it remains.
    func endReply() -> Bool {
        guard arguments.takeFailure() == nil else {
            arguments.bytes.abandonFrame()
            return false
        }
        guard outgoing.endUncounted(&arguments.bytes) else { return false }
        added()
        return true
    }

    func writeFailure(_ id: UInt64, _ outcome: NativeOutcome, _ text: String) {
        catchUp()
        _ = outgoing.writeFailure(id, outcome, text: text, into: &arguments.bytes)
        added()
    }
}
