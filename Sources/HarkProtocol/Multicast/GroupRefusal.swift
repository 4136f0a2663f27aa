package import HarkWire

/// Something that a machine did not accept, and from whom.
package struct GroupRefusal: Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// Not a datagram of this protocol, or one that contradicts itself.
        case malformed
        /// A datagram of somebody who is not to be heard.
        case source
        /// A datagram of another version of the protocol.
        case version
        /// A datagram that is not encrypted, in a group that is.
        case plaintext
        /// An encrypted datagram, in a group that is not.
        case ciphertext
        /// What does not open with any key: changed on its way, or of somebody with another passphrase.
        case authentication
        /// It was here before.
        case replayed
        /// An event whose name belongs to the protocol.
        case reservedName
        /// A request for repairs that is not answered: of nobody known, for nothing that is here, or too many.
        case repairRequest
        /// A message or a datagram for which there was no room.
        case overLimit
        /// A message of which not all has arrived in time.
        case expired
    }

    package let reason: Reason
    package let source: DatagramAddress
    /// What was wrong, and what to do.
    package let text: String

    package init(_ reason: Reason, from source: DatagramAddress, _ text: String) {
        self.reason = reason
        self.source = source
        self.text = text
    }
}
