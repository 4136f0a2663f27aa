internal import HarkWire

/// What a side says before it closes.
///
/// Its layout and that of the magic are the same in all versions, so that versions that share nothing else can part in
/// good order:
/// ```
/// code LEB128 │ retry after, ms LEB128 │ length LEB128, text UTF-8 │ versions, a byte each, to the end
/// ```
package struct NativeGoodbye: Equatable, Sendable {
    /// The number of a `GoodbyeReason`, or one that only later versions know.
    package var code: UInt64
    /// Milliseconds that the other side is asked to stay away; 0 for no wish.
    package var retryAfter: UInt64
    /// For people. At most `NativeLimits.textByteCountMax` bytes.
    package var text: String
    /// The versions spoken here, where that is the reason.
    package var versions: [UInt8]

    package init(_ reason: GoodbyeReason, retryAfter: UInt64 = 0, text: String = "", versions: [UInt8] = []) {
        code = UInt64(reason.rawValue)
        self.retryAfter = retryAfter
        self.text = NativeLimits.shortened(text)
        self.versions = versions
    }

    /// Nil when only a later version knows the code.
    package var reason: GoodbyeReason? { UInt16(exactly: code).flatMap(GoodbyeReason.init(rawValue:)) }

    init(reading body: ByteReader) throws(NativeViolation) {
        var body = body
        guard let code = body.readLEB128(), let retryAfter = body.readLEB128(), let length = body.readLEB128(),
            length <= NativeLimits.textByteCountMax, let bytes = body.read(Int(length)),
            let text = ByteReader.text(bytes)
        else { throw .malformed(.goodbye) }
        self.code = code
        self.retryAfter = retryAfter
        self.text = text
        versions = Array(body.rest)
        guard versions.count <= Int(UInt8.max) else { throw .malformed(.goodbye) }
    }

    func write(to output: inout ByteWriter) {
        NativeFrame.begin(.goodbye, into: &output)
        output.appendLEB128(code)
        output.appendLEB128(retryAfter)
        output.appendLEB128(UInt64(text.utf8.count))
        output.append(utf8: text)
        for version in versions { output.append(version) }
        NativeFrame.end(&output)
    }
}
