package import HarkWire

/// Sixteen bytes that name a node or a session, or prove that a session is one's own. Chosen at random.
package struct NativeIdentifier: Hashable, Sendable {
    /// In bytes.
    package static let byteCount = 16

    /// The first eight bytes and the last, big-endian.
    package var high: UInt64
    package var low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Where it proves something, `generator` must be one that nobody can predict.
    package init(using generator: inout some RandomNumberGenerator) {
        self.init(high: generator.next(), low: generator.next())
    }

    /// Whether the two are the same, in a time that does not tell how much of them is.
    package func isSecretlyEqual(to other: NativeIdentifier) -> Bool {
        (high ^ other.high) | (low ^ other.low) == 0
    }

    /// Nil when there are not sixteen.
    package init?(_ bytes: Bytes) {
        guard bytes.count == Self.byteCount else { return nil }
        let words = [bytes.prefix(8), bytes.suffix(8)].map { $0.reduce(0 as UInt64) { $0 << 8 | UInt64($1) } }
        self.init(high: words[0], low: words[1])
    }

    /// The sixteen.
    package var bytes: Bytes {
        let shifts = stride(from: 56, through: 0, by: -8)
        return Bytes([high, low].flatMap { word in shifts.map { UInt8(truncatingIfNeeded: word >> $0) } })
    }

    func write(to output: inout ByteWriter) {
        let bytes = [high.bigEndian, low.bigEndian]
        bytes.withUnsafeBytes { CBORWriter.write($0, to: &output) }
    }
}

extension NativeIdentifier: CustomStringConvertible {
    /// 32 digits.
    package var description: String {
        [high, low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
