/// What is wrong with a message, or between two, and what it looked like.
package struct MalformedMessage: Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        /// It cannot be told where the message begins or ends, or something stands between two.
        case structure(StructuralError)
        /// Well delimited, but not JSON inside.
        case notJSON(JSONError)
    }

    /// 64 bytes: enough to find the place in what the sender wrote, and a line of a log.
    package static let excerptByteCountMax = 64

    package let reason: Reason
    /// The bytes up to the wrong one, as ASCII; others as `\xNN`. At most 64 bytes, the last ones.
    package let excerpt: String

    package init(_ reason: Reason, excerpt: String) {
        self.reason = reason
        self.excerpt = excerpt
    }

    /// A message that was well delimited, in which `error` was found.
    package init(_ error: JSONError, in message: UnsafeRawBufferPointer) {
        let end = min(error.offset + 1, message.count)
        self.init(.notJSON(error), excerpt: Self.excerpt(of: UnsafeRawBufferPointer(rebasing: message[..<end])))
    }

    /// The last bytes, printable.
    package static func excerpt(of bytes: UnsafeRawBufferPointer) -> String {
        var byteCount = 0
        var start = bytes.count
        while start > 0 {
            byteCount += isPrintable(bytes[start - 1]) ? 1 : 4
            if byteCount > excerptByteCountMax { break }
            start -= 1
        }
        var text = ""
        for byte in bytes[start...] {
            if isPrintable(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16)
                text += "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
            }
        }
        return text
    }

    private static func isPrintable(_ byte: UInt8) -> Bool { 0x20..<0x7F ~= byte && byte != UInt8(ascii: "\\") }

    package var description: String {
        let reason =
            switch reason {
            case .structure(let error): error.description
            case .notJSON(let error): error.description
            }
        return excerpt.isEmpty ? reason : "\(reason): \(excerpt)"
    }
}
