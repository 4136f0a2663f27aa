package import HarkWire

/// Why a datagram is dropped, or is not sent.
package enum EventcastError: Error, Hashable, CustomStringConvertible {
    /// It is shorter than it says.
    case truncated(byteCount: Int)
    /// It is of another version than 3; nil where it does not say. Originals report it as `EPRVERSION`.
    case version(Int64?)
    /// Its meta is not BSON, or a field of it is of another kind.
    case badMeta(BSONError)
    case missing(field: String)
    /// A field has a value that makes no sense.
    case outOfRange(field: String)
    /// What stands in its payload is not BSON.
    case badPayload(BSONError)
    /// Arguments that cannot be sent over this wire.
    case badArguments(CBORError)
    /// The meta is longer than its length can say: a name, most likely.
    case metaTooLong(byteCount: Int)

    /// What programs tell errors of the original apart by.
    package var code: String? {
        if case .version = self { "EPRVERSION" } else { nil }
    }

    package var description: String {
        switch self {
        case .truncated(let byteCount): "a datagram of \(byteCount) bytes is shorter than its meta"
        case .version(let version?): "the datagram is of the protocol version \(version), not 3"
        case .version(nil): "the datagram does not say its protocol version"
        case .badMeta(let error): "in the meta, \(error)"
        case .missing(let field): "the field \"\(field)\" is missing"
        case .outOfRange(let field): "the field \"\(field)\" is out of range"
        case .badPayload(let error): "in the payload, \(error)"
        case .badArguments(let error): "the arguments cannot be sent: \(error)"
        case .metaTooLong(let byteCount): "a meta of \(byteCount) bytes is too long; the event's name should be shorter"
        }
    }
}
