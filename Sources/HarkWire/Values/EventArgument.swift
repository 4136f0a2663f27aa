/// What an event can carry as a typed argument.
///
/// The scalars, `String`, `Bytes`, `Value`, arrays, dictionaries with `String` keys and optionals of these are. A
/// `Codable` type becomes one by saying so:
/// ```swift
/// struct Order: Codable, EventArgument { var id: Int; var total: Double }
/// ```
/// For a type on a hot path write both requirements by hand: that is about ten times faster than `Codable`.
public protocol EventArgument {
    /// Writes exactly one value: a scalar, or a whole array or object. Cannot throw: `writer.fail(_:)` tells that
    /// there is nothing to write, and then nothing is sent.
    func encode(into writer: inout ArgumentWriter)

    /// Reads exactly one value.
    init(reading reader: inout ArgumentReader) throws(ArgumentError)
}
