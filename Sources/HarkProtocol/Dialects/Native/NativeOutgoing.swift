public import HarkWire

/// What this side has told the other: names with their numbers, and how many counted events were sent.
@usableFromInline
package struct NativeOutgoing: ~Copyable {
    private let names: NativeNames
    /// The names with numbers up to here are defined in this direction of the session.
    private var definedCount: UInt32 = 0

    /// Counted events sent since the session began. Both sides count; the number is never on the wire.
    @usableFromInline package internal(set) var sentCount: UInt64 = 0
    /// How many of them the other side has processed.
    package internal(set) var acknowledgedCount: UInt64 = 0

    /// What the other side accepts. Until it has said so, the defaults.
    @usableFromInline package var limits = NativeLimits()

    /// - Parameter names: shared by all connections whose events may have the same bytes.
    package init(names: NativeNames = NativeNames()) { self.names = names }

    /// So many events are written, those of the short way included, which end without `endEvent`.
    package mutating func setSentCount(_ count: UInt64) { sentCount = count }

    /// The other side has processed `count` more events.
    package mutating func acknowledge(_ count: UInt64) throws(NativeViolation) {
        guard count <= unacknowledgedCount else { throw .acknowledgedTooMany }
        acknowledgedCount += count
    }

    package var unacknowledgedCount: UInt64 { sentCount - acknowledgedCount }

    /// How many names are defined on the other side.
    package var nameCount: Int { Int(definedCount) }

    /// The name with this number, which has one.
    package mutating func name(_ number: UInt64) -> String { names.string(number) }

    // MARK: Names

    /// The number of the name with this key, 0 when the other side does not know it.
    package mutating func number(ofKey key: Int) -> UInt32 { known(names.number(ofKey: key)) }

    /// The number of this name, 0 when the other side does not know it.
    package mutating func number(of name: UnsafeRawBufferPointer) -> UInt32 { known(names.number(of: name)) }

    private func known(_ number: UInt32) -> UInt32 { number <= definedCount ? number : 0 }

    /// Gives `name` a number and writes its definition, and those of the names before it.
    ///
    /// - Returns: the number; 0 when the table is full, then the name travels in full with each event.
    package mutating func define(
        _ name: UnsafeRawBufferPointer, key: Int? = nil, into output: inout ByteWriter
    ) -> UInt32 {
        let number = names.define(name, key: key, countMax: limits.nameCount)
        return define(upTo: number, into: &output) ? number : 0
    }

    /// Writes the definitions that are missing up to this number.
    ///
    /// - Returns: false when the other side does not take so many.
    package mutating func define(upTo number: UInt32, into output: inout ByteWriter) -> Bool {
        guard number > definedCount else { return true }
        guard number <= limits.nameCount else { return false }
        names.forEach(definedCount + 1...number) { Self.write($1, number: $0, into: &output) }
        definedCount = number
        return true
    }

    /// Writes all definitions again, in their order, for a connection that has not seen them.
    package func redeclareNames(into output: inout ByteWriter) {
        guard definedCount > 0 else { return }
        names.forEach(1...definedCount) { Self.write($1, number: $0, into: &output) }
    }

    private static func write(_ name: UnsafeRawBufferPointer, number: UInt32, into output: inout ByteWriter) {
        NativeFrame.begin(.name, into: &output)
        output.appendLEB128(UInt64(number))
        output.append(name)
        NativeFrame.end(&output)
    }

    // MARK: Events

    // What only writes is static, and what reads is mutating: a call that borrows a non-copyable structure out of an
    // object moves all of it to and fro.

    /// Starts an event whose name has a number. The arguments follow, then `endEvent`.
    @inlinable
    package static func beginEvent(_ number: UInt32, isVolatile: Bool, into output: inout ByteWriter) {
        output.beginFrame()
        output.reserve(16)
        let kind = isVolatile ? NativeKind.volatile.rawValue : NativeKind.event.rawValue
        output.appendLittleEndian(UInt32(kind))
        output.appendLEB128(UInt64(number))
    }

    /// Starts an event whose name has no number.
    @usableFromInline
    package static func beginEvent(
        named name: UnsafeRawBufferPointer, isVolatile: Bool, into output: inout ByteWriter
    ) {
        NativeFrame.begin(isVolatile ? .namedVolatile : .namedEvent, into: &output)
        output.appendLEB128(UInt64(name.count))
        output.append(name)
    }

    /// Ends the event begun last.
    ///
    /// - Returns: false when it is longer than the other side accepts; then nothing of it remains.
    @inlinable
    package mutating func endEvent(isVolatile: Bool, _ output: inout ByteWriter) -> Bool {
        guard output.frameByteCount - FrameHeader.byteCount <= limits.frameByteCount else {
            output.abandonFrame()
            return false
        }
        NativeFrame.end(&output)
        if !isVolatile {
            sentCount &+= 1
            output.mark &+= 1
        }
        return true
    }
}

extension NativeOutgoing {
    /// Writes a value of the shared store, as one item of CBOR; nil when the key is removed.
    package static func writeData(
        _ key: String, _ version: UInt64, _ encoded: [UInt8]?, into output: inout ByteWriter
    ) {
        NativeFrame.begin(.data, into: &output)
        output.appendLEB128(UInt64(key.utf8.count))
        output.append(utf8: key)
        output.appendLEB128(version)
        if let encoded { output.append(encoded.span.bytes) }
        NativeFrame.end(&output)
    }
}
