/// How the other side broke the native protocol. The connection is closed with the reason.
@usableFromInline
package enum NativeViolation: Error, Equatable {
    /// The first bytes are not those of this protocol.
    case wrongMagic
    /// A version that this side does not speak.
    case versionUnsupported(UInt8)
    /// The frame's body is longer than allowed here.
    case frameTooLong(byteCount: Int, limit: Int)
    /// A frame of unknown kind that must not be skipped.
    case unknownKind(UInt8)
    /// A frame that has no business in this state.
    case unexpected(NativeKind)
    /// The body does not read as its kind demands.
    case malformed(NativeKind)
    /// The name's number is not the next one, or it names something else already.
    case nameRedefined(UInt64)
    case nameUndefined(UInt64)
    case nameTooLong(byteCount: Int)
    case tooManyNames(limit: Int)
    /// More events acknowledged than were sent.
    case acknowledgedTooMany
}

extension NativeViolation {
    /// What the goodbye says.
    package var reason: GoodbyeReason {
        switch self {
        case .wrongMagic: .wrongMagic
        case .versionUnsupported: .version
        case .frameTooLong: .frameTooLong
        case .unknownKind: .unknownKind
        case .unexpected: .unexpected
        case .malformed: .malformed
        case .nameRedefined: .nameRedefined
        case .nameUndefined: .nameUndefined
        case .nameTooLong: .nameTooLong
        case .tooManyNames: .tooManyNames
        case .acknowledgedTooMany: .acknowledgedTooMany
        }
    }
}

extension NativeViolation: CustomStringConvertible {
    @usableFromInline package var description: String {
        switch self {
        case .wrongMagic:
            "the first bytes are not those of a native connection; use the same dialect on both sides"
        case .versionUnsupported(let version):
            "version \(version) of the protocol, where version \(NativeMagic.version) is spoken; update the older side"
        case .frameTooLong(let byteCount, let limit):
            "a frame of \(byteCount) bytes, over the limit of \(limit); raise the limit or send less at once"
        case .unknownKind(let kind):
            "a frame of unknown kind \(kind) that may not be skipped; update the older side"
        case .unexpected(let kind):
            "a frame of kind \(kind) at a moment where it has no meaning"
        case .malformed(let kind):
            "a frame of kind \(kind) whose body cannot be read"
        case .nameRedefined(let number):
            "name number \(number) is defined out of order or for a second time"
        case .nameUndefined(let number):
            "name number \(number) was never defined"
        case .nameTooLong(let byteCount):
            "an event name of \(byteCount) bytes, over the limit of \(NativeLimits.nameByteCountMax)"
        case .tooManyNames(let limit):
            "more than \(limit) event names with a number"
        case .acknowledgedTooMany:
            "more events acknowledged than were sent"
        }
    }
}
