public import HarkWire

/// What this side has told the other: names with their numbers, and how many counted events were sent.
@usableFromInline
package struct NativeOutgoing: ~Copyable {
    /// Numbers by key, for names that the program has resolved once; 0 when the name has none yet.
    @usableFromInline var numberByKey: [UInt32] = []
    private var names = NameTable()

    /// Counted events sent since the session began. Both sides count; the number is never on the wire.
    @usableFromInline package internal(set) var sentCount: UInt64 = 0
    /// How many of them the other side has processed.
    package internal(set) var acknowledgedCount: UInt64 = 0

    /// What the other side accepts. Until it has said so, the defaults.
    @usableFromInline package internal(set) var limits = NativeLimits()

    package init() {}

    /// So many events are written, those of the short way included, which end without `endEvent`.
    package mutating func setSentCount(_ count: UInt64) { sentCount = count }

    /// The other side has processed `count` more events.
    package mutating func acknowledge(_ count: UInt64) throws(NativeViolation) {
        guard count <= unacknowledgedCount else { throw .acknowledgedTooMany }
        acknowledgedCount += count
    }

    package var unacknowledgedCount: UInt64 { sentCount - acknowledgedCount }

    /// How many names have a number.
    package var nameCount: Int { names.count }

    // MARK: Names

    /// The number of the name with this key, 0 when it has none.
    @inlinable
    package mutating func number(ofKey key: Int) -> UInt32 {
        key < numberByKey.count ? numberByKey[key] : 0
    }

    /// The number of this name, 0 when it has none.
    @usableFromInline
    package mutating func number(of name: UnsafeRawBufferPointer) -> UInt32 {
        names.number(of: name).map { UInt32($0) + 1 } ?? 0
    }

    /// Gives `name` a number and writes its definition.
    ///
    /// - Returns: the number; 0 when the table is full, then the name travels in full with each event.
    @usableFromInline
    package mutating func define(
        _ name: UnsafeRawBufferPointer, key: Int? = nil, into output: inout ByteWriter
    ) -> UInt32 {
        var number = self.number(of: name)
        if number == 0 {
            guard names.count < limits.nameCount else { return 0 }
            number = UInt32(names.add(name)) + 1
            Self.write(name, number: number, into: &output)
        }
        if let key {
            if key >= numberByKey.count {
                numberByKey.append(contentsOf: repeatElement(0, count: key + 1 - numberByKey.count))
            }
            numberByKey[key] = number
        }
        return number
    }

    /// Writes all definitions again, in their order, for a connection that has not seen them.
    package func redeclareNames(into output: inout ByteWriter) {
        for index in 0..<names.count {
            names.withName(index) { Self.write($0, number: UInt32(index) + 1, into: &output) }
        }
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
