/// What a frame is: the low five bits of its first byte, and three flags.
@usableFromInline
package enum NativeKind: UInt8, CaseIterable, Sendable {
    /// Client's greeting: a CBOR map. The first frame.
    case hello = 1
    /// Server's answer, after which events may pass.
    case welcome = 2
    /// Why this side closes.
    case goodbye = 3
    /// Gives an event name a number.
    case name = 4
    /// Name number, arguments. Counted by both sides.
    case event = 5
    /// Name in full, arguments. Counted by both sides.
    case namedEvent = 6
    /// As `event`, but not counted, acknowledged or resent.
    case volatile = 7
    /// As `namedEvent`, but not counted, acknowledged or resent.
    case namedVolatile = 8
    /// How many counted events have been processed since the last one.
    case ack = 9
    /// How one event ended, for a sender that waits for it.
    case settled = 10
    /// Identifier, deadline, name number, arguments.
    case request = 11
    /// Identifier, deadline, name in full, arguments.
    case namedRequest = 12
    /// Identifier, arguments.
    case reply = 13
    /// Identifier, code, text.
    case failure = 14
    /// Eight bytes that come back in a pong.
    case ping = 15
    case pong = 16
    /// A key of the shared store: key, version, value.
    case data = 17
    /// Asks for an acknowledgement in the turn in which everything before has been processed.
    case flush = 18
    /// What this side hears of the other one and answers, and has for a while, without anything else in between.
    case storm = 19

    /// `event` as it stands on the wire, for the hot path, where a raw value would be a call.
    @inlinable package static var eventByte: UInt8 { 5 }

    /// The frame may be skipped by whoever does not know its kind.
    @usableFromInline package static let optional: UInt8 = 0x80
    /// A CBOR map of headers comes before the arguments.
    @usableFromInline package static let headers: UInt8 = 0x40
    /// Origin number, origin sequence and hops come before the name.
    @usableFromInline package static let origin: UInt8 = 0x20
    /// The bits that say the kind.
    @usableFromInline package static let mask: UInt8 = 0x1F
}
