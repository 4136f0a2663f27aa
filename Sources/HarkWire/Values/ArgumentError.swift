/// Why an argument could not be decoded, or encoded.
public enum ArgumentError: Error, Sendable, Hashable {
    /// There are fewer arguments than were asked for.
    case missing
    /// An object lacks a field of this name.
    case missingField(String)
    /// The argument is something else than what was asked for.
    case mismatch(expected: ArgumentKind, found: ArgumentKind)
    /// The number does not fit the named type without loss.
    case outOfRange(type: String)
    /// The bytes are not what the format allows; a sentence with the place.
    case malformed(String)
    /// Arrays and objects are nested deeper than this many levels.
    case tooDeep(limit: Int)
    /// Decoding would take more memory than the size of the data justifies.
    case overBudget
    /// A type's own encoding or decoding said no; a sentence with its reason.
    case invalid(String)

    @usableFromInline @inline(never)
    package init(_ error: CBORError) {
        switch error.reason {
        case .tooDeep: self = .tooDeep(limit: Value.depthMax)
        case .overBudget: self = .overBudget
        case .truncated, .reserved, .lengthBeyondEnd, .strayBreak, .badChunk, .badUTF8, .keyNotText, .unknownSimple,
            .trailingBytes:
            self = .malformed(error.description)
        case .zeroByte: self = .invalid(error.description)
        }
    }
}

extension ArgumentError: CustomStringConvertible {
    /// One sentence without capital and full stop.
    public var description: String {
        switch self {
        case .missing: "an argument is missing"
        case .missingField(let name): "the field \"\(name)\" is missing"
        case .mismatch(let expected, let found): "expected \(expected), found \(found)"
        case .outOfRange(let type): "the number does not fit \(type)"
        case .malformed(let reason): reason
        case .tooDeep(let limit): "arrays and objects are nested deeper than \(limit) levels"
        case .overBudget: "decoding would take more than \(Value.memoryFactor) times the memory of the data"
        case .invalid(let reason): reason
        }
    }
}
