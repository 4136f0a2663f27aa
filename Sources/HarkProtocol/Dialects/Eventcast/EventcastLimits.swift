/// How much a member of a group keeps and answers at most. Without such limits one program on the network decides how
/// much memory all others need.
package struct EventcastLimits: Hashable, Sendable {
    /// 1 MiB: as elsewhere in Hark. A message of that length is 1 024 segments of the usual length.
    package static let messageByteCountDefault = 1 << 20
    /// 8 MiB wait to be sent at most: a tenth of a second of a network of 1 Gbit/s.
    package static let queueByteCountDefault = 8 << 20
    /// 8 MiB of all messages of which segments are missing.
    package static let assemblyByteCountDefault = 8 << 20
    /// 2 MiB of those of one source: a quarter, and room for one message of the greatest length.
    package static let sourceByteCountDefault = 2 << 20
    /// 4 096 messages of which segments are missing, some 300 bytes each beside what they are charged: 1.2 MiB.
    package static let assemblyMessageCountDefault = 4_096
    /// 64 MiB of segments that somebody may ask for once more. At 1 Gbit/s that is half a second, ten times what a
    /// receiver takes to ask for the first time.
    package static let storeByteCountDefault = 64 << 20
    /// 4 096 members that are known by name. The address of a group is seldom shared by more.
    package static let memberCountDefault = 4_096

    /// 255 bytes of a member's own name, of which the original uses 16, and of its host's, of which DNS allows 253.
    static let idByteCountMax = 255
    /// 1 KiB: the name is said again in each segment.
    package static let nameByteCountMax = 1 << 10
    /// 2 MiB of answers and requests wait to be sent at most: a message of the greatest length, and requests.
    static let urgentByteCountMax = 2 << 20

    /// Of one message, in bytes, with its first meta.
    package var messageByteCount = Self.messageByteCountDefault
    /// Of what waits to be sent, in bytes.
    package var queueByteCount = Self.queueByteCountDefault
    /// Of all messages of which segments are missing, in bytes.
    package var assemblyByteCount = Self.assemblyByteCountDefault
    /// Of those of one source, in bytes.
    package var sourceByteCount = Self.sourceByteCountDefault
    /// How many messages may be incomplete at a time.
    package var assemblyMessageCount = Self.assemblyMessageCountDefault
    /// Of the segments that are kept for those who have lost them, in bytes.
    package var storeByteCount = Self.storeByteCountDefault
    /// How many members are known by name.
    package var memberCount = Self.memberCountDefault

    package init() {}
}
