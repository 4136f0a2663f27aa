/// What becomes of an event that shall be sent to a group.
package enum GroupSendOutcome: Hashable, Sendable {
    /// It is kept here until it is collected.
    case accepted
    /// What waits to be sent has reached its limit, in bytes.
    case queueFull
    /// It is longer than a message may be.
    case tooLarge
    case nameTooLong
    /// The wire cannot carry the name: it means something to the protocol.
    case reservedName
    /// Its arguments cannot be written for this wire.
    case notEncodable
    /// The machine is stopped.
    case stopped
}
