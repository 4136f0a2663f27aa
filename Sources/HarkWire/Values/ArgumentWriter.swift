/// Where arguments are written, one after the other; the wire format stays behind its methods.
///
/// An array or object states its count first, then exactly that many elements, or keys and values, follow.
public struct ArgumentWriter: ~Copyable {
    @usableFromInline package var bytes: ByteWriter

    /// The first reason why what was written is of no use. Look at it before sending.
    @usableFromInline package var failure: ArgumentError? { failures.first }

    /// One at most. Nearly always none, and every connection has a writer.
    @usableFromInline private(set) var failures: [ArgumentError] = []

    @usableFromInline var depth = 0

    package init(pool: ChunkPool) { bytes = ByteWriter(pool: pool) }

    /// Whether everything written so far is of use.
    @inlinable package var isIntact: Bool { failures.isEmpty }

    /// Gives up: the event is not sent and its sender learns `error`, the first one if there are several.
    public mutating func fail(_ error: ArgumentError) {
        if failures.isEmpty { failures = [error] }
    }

    /// Forgets a failure, after what was written before it has been dropped.
    package mutating func takeFailure() -> ArgumentError? {
        depth = 0
        guard let failure else { return nil }
        failures = []
        return failure
    }
}

// MARK: - Scalars

extension ArgumentWriter {
    /// Writes null.
    @inlinable public mutating func writeNull() { CBORWriter.writeNull(to: &bytes) }

    /// Writes a truth value.
    @inlinable public mutating func write(_ value: Bool) { CBORWriter.write(value, to: &bytes) }

    /// Writes an integer of up to 64 bits, in one to nine bytes.
    @inlinable
    public mutating func write<Integer: FixedWidthInteger>(_ value: Integer) {
        if Integer.isSigned {
            CBORWriter.write(Int64(truncatingIfNeeded: value), to: &bytes)
        } else {
            CBORWriter.write(UInt64(truncatingIfNeeded: value), to: &bytes)
        }
    }

    /// Writes a double, bit for bit.
    @inlinable public mutating func write(_ value: Double) { CBORWriter.write(value, to: &bytes) }

    /// Writes a float, bit for bit.
    @inlinable public mutating func write(_ value: Float) { CBORWriter.write(value, to: &bytes) }

    /// Writes text.
    @inlinable public mutating func write(_ value: String) { CBORWriter.write(value, to: &bytes) }

    /// Writes bytes that are somewhere in memory.
    @inlinable
    public mutating func write(_ value: RawSpan) {
        value.withUnsafeBytes { CBORWriter.write($0, to: &bytes) }
    }

    /// Writes bytes.
    @inlinable @inline(__always)
    public mutating func write(_ value: Bytes) {
        value.array.withUnsafeBytes { CBORWriter.write($0, to: &bytes) }
    }

    /// Writes a value of any shape. Fails when it is nested deeper than 64 levels, with those around it.
    public mutating func write(_ value: Value) {
        do { try CBORWriter.write(value, depth: depth, to: &bytes) } catch { fail(ArgumentError(error)) }
    }
}

// MARK: - Containers

extension ArgumentWriter {
    /// Begins an array; `count` elements follow, then `endArray`.
    @inlinable
    public mutating func beginArray(count: Int) {
        enter()
        CBORWriter.writeArrayHead(count: count, to: &bytes)
    }

    /// Ends the array begun last.
    @inlinable public mutating func endArray() { depth -= 1 }

    /// Begins an object; `count` times a key and a value follow, then `endObject`.
    @inlinable
    public mutating func beginObject(count: Int) {
        enter()
        CBORWriter.writeObjectHead(count: count, to: &bytes)
    }

    /// Writes the key of the value that follows.
    @inlinable public mutating func writeKey(_ key: String) { CBORWriter.write(key, to: &bytes) }

    /// Ends the object begun last.
    @inlinable public mutating func endObject() { depth -= 1 }

    @inlinable
    mutating func enter() {
        depth += 1
        if depth > Value.depthMax { fail(.tooDeep(limit: Value.depthMax)) }
    }
}
