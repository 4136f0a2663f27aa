package import HarkWire

/// What a message is acknowledged by: a UUID nearly always, any text in principle.
package enum MessageIdentifier: Hashable, Sendable {
    case uuid(UUIDv4)
    case text(String)

    /// A random UUID (version 4) out of 128 random bits.
    package init(random high: UInt64, _ low: UInt64) { self = .uuid(UUIDv4(random: high, low)) }

    /// 255 bytes: a UUID has 36, and each id is kept until its event is done, and a while longer.
    package static let byteCountMax = 255

    /// Nil for one that is empty or too long.
    package init?(_ utf8: UnsafeRawBufferPointer) {
        guard 1...Self.byteCountMax ~= utf8.count else { return nil }
        self = UUIDv4(utf8).map { .uuid($0) } ?? .text(String(decoding: utf8, as: UTF8.self))
    }

    /// As it was read.
    package var text: String {
        switch self {
        case .text(let text): text
        case .uuid(let id): id.description
        }
    }

    /// Writes it as a text of CBOR.
    package func writeCBOR(to output: inout ByteWriter) {
        switch self {
        case .text(let text): CBORWriter.write(text, to: &output)
        case .uuid(let id):
            // The head of a text of 36 bytes.
            output.append(0x78)
            output.append(36)
            id.write(to: &output)
        }
    }

    /// Writes it as a JSON string.
    ///
    /// - Parameter prefix: what stands ahead of it in that string; nothing that needs an escape.
    package func write(after prefix: StaticString = "", to output: inout ByteWriter) {
        switch self {
        // A peer may have chosen quotes.
        case .text(let text): JSONWriter.write("\(prefix)\(text)", to: &output)
        case .uuid(let id):
            output.append("\"")
            output.append(prefix)
            id.write(to: &output)
            output.append("\"")
        }
    }
}
