package import HarkWire

/// What a member of a group says of itself, and how it behaves. The defaults are the original's.
package struct EventcastSettings: Sendable {
    /// 3 000 ms, as documented.
    package static let messageTtlDefault: UInt64 = 3_000

    /// Unique within the group; `id(seed:)` makes one as the original does.
    package var id: String
    /// Where others shall ask for segments, as text: an IPv4 address, in the original. It is said in every datagram.
    package var host: String
    /// The port of the group, which is said along with it.
    package var port: UInt16
    /// Where answers to this member's own requests shall go; nil where that is `host` and `port`. Of several members
    /// with one address only one would get the answers: each says a port of its own here, if it has one.
    package var answerAddress: DatagramAddress?
    /// The hosts that hear this member, where what it sends goes to them one by one: nobody else has lost anything of
    /// it. Empty where it goes to a group, and nobody knows who hears it. Ports are of no matter.
    package var listeners: [DatagramAddress] = []
    /// What the operating system calls the host.
    package var hostname: String
    /// How long a slice is at most, in bytes. A segment is longer by its own meta, as in the original.
    package var maxPayloadSize = EventcastSlices.byteCountDefault
    /// How long a message may be silent before its segments are asked for, in ms. What was sent is kept for three times
    /// that.
    package var messageTtl = Self.messageTtlDefault
    /// Whether messages that are not encrypted are taken by a member that has a key. The original does.
    package var acceptsPlaintext = false
    package var limits = EventcastLimits()
    /// The wall clock, in ms since 1970, less the clock that the machine is told of. Every event that is emitted says
    /// it anew; requests of a member that only listens are dated by this.
    package var dateOffset: Int64 = 0

    package init(id: String, host: String, port: UInt16, hostname: String) {
        self.id = id
        self.host = host
        self.port = port
        self.hostname = hostname
    }

    /// 16 random hex digits, as the original has them.
    package static func id(seed: UInt64) -> String {
        var generator = SplitMix(seed: seed)
        let bits = generator.next()
        return String(
            decoding: (0..<16).reversed().map { HexDigits.digit(UInt8(truncatingIfNeeded: bits &>> (4 * $0) & 15)) },
            as: UTF8.self)
    }
}
