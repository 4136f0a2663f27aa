package import HarkWire

/// What the other side has told us: names with their numbers, and how many counted events have been processed.
@usableFromInline
package struct NativeIncoming: ~Copyable {
    /// The names that were defined.
    package var names: NameTable { known?.table ?? NameTable() }

    /// Most clients of a large server never emit.
    private final class Known { var table = NameTable() }
    private var known: Known?

    /// The same as `names.count`, where the hot path finds it.
    @usableFromInline package private(set) var nameCount = 0

    /// Counted events received since the session began.
    @usableFromInline package internal(set) var receivedCount: UInt64 = 0
    /// Counted events whose listeners have returned, without a gap.
    package var processedCount: UInt64 = 0
    /// How much of `processedCount` the other side knows.
    package internal(set) var acknowledgedCount: UInt64 = 0

    package init() {}

    /// Takes a definition. Defining a name again under the same number changes nothing: after a reconnection all names
    /// are declared once more.
    mutating func define(
        _ number: UInt64, _ name: UnsafeRawBufferPointer, limit: Int
    ) throws(NativeViolation) {
        guard name.count <= NativeLimits.nameByteCountMax else { throw .nameTooLong(byteCount: name.count) }
        guard number >= 1, number <= UInt64(limit) else {
            if number > UInt64(limit) { throw .tooManyNames(limit: limit) }
            throw .nameRedefined(number)
        }
        guard UTF8Check.isValid(name) else { throw .malformed(.name) }
        let known = self.known ?? Known()
        self.known = known
        let earlier = known.table.number(of: name)
        if let earlier, earlier == Int(number) - 1 { return }
        guard earlier == nil, number == UInt64(known.table.count) + 1 else { throw .nameRedefined(number) }
        _ = known.table.add(name)
        nameCount = known.table.count
    }
}
