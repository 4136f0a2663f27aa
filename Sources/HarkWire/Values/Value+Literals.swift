/// Literals: `let order: Value = ["id": 7, "paid": true, "tags": ["new", nil]]`.
extension Value: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// `.null`
    @inlinable public init(nilLiteral: ()) { self = .null }

    /// `.bool`
    @inlinable public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// `.int`
    @inlinable public init(integerLiteral value: Int64) { self = .int(value) }

    /// `.double`
    @inlinable public init(floatLiteral value: Double) { self = .double(value) }

    /// `.string`
    @inlinable public init(stringLiteral value: String) { self = .string(value) }

    /// `.array`
    @inlinable public init(arrayLiteral elements: Value...) { self = .array(elements) }

    /// `.object`; of a key that occurs twice the last value counts, at the place of the first.
    @inlinable
    public init(dictionaryLiteral elements: (String, Value)...) {
        self = .object(Object(elements))
    }
}
