/// What a datagram of a native group is: the low five bits of its fourth byte.
package enum NativeGroupKind: UInt8, CaseIterable, Sendable {
    /// Events, or a part of one.
    case data = 1
    /// How far its sender is: what shows that the last datagrams were lost, and that the sender is there.
    case heartbeat = 2
    /// A receiver misses datagrams.
    case request = 3
    /// How far a receiver is whom the sender waits for.
    case report = 4
    /// A receiver has heard a sender, and asks for a cookie.
    case hello = 5
    /// The cookie.
    case welcome = 6
    /// Its sender leaves.
    case goodbye = 7
    /// Kept free for what repairs several losses at once. Not sent, and skipped like every unknown kind.
    case parity = 8

    /// The bits that say the kind.
    static let mask: UInt8 = 0x1F
    /// Everything behind the header is sealed.
    static let sealed: UInt8 = 0x80
    /// It was sent before, and is sent again because somebody asked for it.
    static let repair: UInt8 = 0x40
}
