/// What an argument is on the wire, before anything is decoded.
public enum ArgumentKind: Sendable, Hashable, CustomStringConvertible {
    /// Nothing, on purpose.
    case null
    /// True or false.
    case bool
    /// An integer.
    case int
    /// A number written with a fraction or an exponent.
    case double
    /// Text.
    case string
    /// Bytes.
    case bytes
    /// Values in order.
    case array
    /// Named values.
    case object
    /// A moment.
    case date
    /// A regular expression.
    case regex

    /// The kind with its article: `an integer`.
    public var description: String {
        switch self {
        case .null: "null"
        case .bool: "a truth value"
        case .int: "an integer"
        case .double: "a double"
        case .string: "a string"
        case .bytes: "bytes"
        case .array: "an array"
        case .object: "an object"
        case .date: "a date"
        case .regex: "a regular expression"
        }
    }
}
