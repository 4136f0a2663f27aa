/// Anything an event can carry, when its shape is not known beforehand.
///
/// Immutable and `Sendable`. Where the shape is known, a typed argument (`Int`, `String`, a `Codable` struct that
/// declares `EventArgument`) is several times faster. `==` compares case by case: `.int(1)` is not `.double(1)`,
/// `.double(.nan)` equals nothing, and objects are equal whatever the order of their keys.
public enum Value: Sendable, Hashable {
    /// Nothing, on purpose.
    case null
    /// True or false.
    case bool(Bool)
    /// An integer. Integers over 64 bits with sign arrive as the nearest `.double`.
    case int(Int64)
    /// A number with a fraction, or too large for `.int`.
    case double(Double)
    /// Text.
    case string(String)
    /// Bytes; in JSON they travel as base64.
    case bytes(Bytes)
    /// Values in order.
    case array([Value])
    /// Named values in order.
    case object(Object)
    /// Milliseconds since 1970-01-01 00:00 UTC, leap seconds not counted. Over a distance of 8.64e15 ms (the year
    /// 275760) only whole seconds travel.
    case date(milliseconds: Int64)
    /// A regular expression, not compiled: its pattern and its flags, such as `i`.
    indirect case regex(pattern: String, options: String)
}

// MARK: - Access

extension Value {
    /// The value of `key`, when this is an object that has it. Each look-up walks the object.
    @inlinable
    public subscript(key: String) -> Value? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    /// The element at `index`, when this is an array that long.
    @inlinable
    public subscript(index: Int) -> Value? {
        if case .array(let array) = self, array.indices.contains(index) { array[index] } else { nil }
    }

    /// Whether this is `.null`.
    @inlinable public var isNull: Bool { if case .null = self { true } else { false } }

    /// The truth value, when this is one.
    @inlinable public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The integer, also of an integral double within ±2^53, which is where doubles stop counting by one.
    @inlinable
    public var int: Int? {
        switch self {
        case .int(let value): Int(exactly: value)
        case .double(let value): Int64(integral: value).flatMap { Int(exactly: $0) }
        default: nil
        }
    }

    /// The number as a double; an integer beyond 2^53 is rounded to the nearest.
    @inlinable
    public var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// The text, when this is one.
    @inlinable public var string: String? { if case .string(let value) = self { value } else { nil } }

    /// The bytes, when these are some.
    @inlinable public var bytes: Bytes? { if case .bytes(let value) = self { value } else { nil } }

    /// The elements, when this is an array.
    @inlinable public var array: [Value]? { if case .array(let value) = self { value } else { nil } }

    /// The object, when this is one.
    @inlinable public var object: Object? { if case .object(let value) = self { value } else { nil } }

    /// Milliseconds since 1970, when this is a date.
    @inlinable public var milliseconds: Int64? { if case .date(let value) = self { value } else { nil } }

    /// What this is, as errors name it.
    public var kind: ArgumentKind {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .array: .array
        case .object: .object
        case .date: .date
        case .regex: .regex
        }
    }
}

// MARK: - Limits

extension Value {
    /// 64 levels of arrays and objects: deeper ones are an attack or a mistake, and 64 fit the smallest stack in use.
    @inlinable package static var depthMax: Int { 64 }

    /// 16 bytes of memory for a byte received. A list of one-digit numbers needs 24, so small ones live on the
    /// allowance and only a document that is large and hollow at the same time is refused.
    @inlinable package static var memoryFactor: Int { 16 }

    /// 1 MiB on top, as much as the default limit of a frame.
    @inlinable package static var memoryAllowance: Int { 1 << 20 }

    /// How many bytes of memory may be decoded from `wireByteCount` bytes.
    @inlinable
    package static func memoryBudget(wireByteCount: Int) -> Int {
        wireByteCount.multipliedReportingOverflow(by: memoryFactor).partialValue &+ memoryAllowance
    }
}
