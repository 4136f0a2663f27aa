/// Bytes as an argument or inside a `Value`: an image, a hash, a message of another protocol.
///
/// A value like `[UInt8]`, of one word; copies share the memory until one of them changes.
public struct Bytes: Sendable, Hashable {
    /// The bytes as an array; shares the memory.
    public var array: [UInt8]

    /// No bytes.
    @inlinable public init() { array = [] }

    /// Wraps an array without a copy.
    @inlinable public init(_ array: [UInt8]) { self.array = array }

    /// The bytes of any sequence.
    @inlinable public init(_ bytes: some Sequence<UInt8>) { array = Array(bytes) }

    /// A copy of bytes that somebody else keeps alive for now.
    @inlinable
    public init(copying bytes: RawSpan) {
        array = bytes.withUnsafeBytes { Array($0) }
    }

    /// Calls `body` with the bytes in place. The span cannot leave `body`.
    @inlinable
    public func withBytes<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(array.span.bytes)
    }
}

extension Bytes: RandomAccessCollection, MutableCollection, RangeReplaceableCollection {
    /// Zero.
    @inlinable public var startIndex: Int { 0 }

    /// The number of bytes.
    @inlinable public var endIndex: Int { array.count }

    /// The byte at `index`; an index out of range is a programming error.
    @inlinable
    public subscript(index: Int) -> UInt8 {
        get { array[index] }
        set { array[index] = newValue }
    }

    /// Replaces the bytes in `range`.
    @inlinable
    public mutating func replaceSubrange(_ range: Range<Int>, with bytes: some Collection<UInt8>) {
        array.replaceSubrange(range, with: bytes)
    }

    /// Calls `body` with the bytes in place, as the standard library's collections do.
    @inlinable
    public func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        try array.withContiguousStorageIfAvailable(body)
    }
}

extension Bytes: ExpressibleByArrayLiteral {
    /// `let magic: Bytes = [0xCA, 0xFE]`
    @inlinable public init(arrayLiteral elements: UInt8...) { array = elements }
}

extension Bytes: CustomStringConvertible {
    /// How many they are and, for a few, which: `2 bytes: ca fe`.
    public var description: String {
        let digits = Array("0123456789abcdef")
        let shown = prefix(32).map { " \(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined()
        return "\(count) bytes:\(shown)\(count > 32 ? " …" : "")"
    }
}
