package import HarkWire

/// One member of a multicast group, as a value: datagrams, events and moments go in, datagrams and effects come out. It
/// knows no socket, no clock and no chance but the seed it is given.
///
/// The order of calls: `start`; then `emit`, `receive` and `advance` as things happen, after each of which the caller
/// takes `nextEffect` until there is none; and, once a turn and when the socket has room again, `collect` and `sent`.
/// `stop` leaves in order: what it wants to say is collected as ever. A machine that was stopped may be started again.
package protocol GroupMachine: ~Copyable {
    /// Takes part from now on.
    mutating func start(now: Instant)

    /// Takes part no more. Nothing is received or emitted until the next `start`.
    mutating func stop(now: Instant)

    // MARK: Events

    /// Takes an event to send. Its bytes are copied. A listener may do so while it is told of another one, whose bytes
    /// stay where they are, and what else is to be told is told afterwards.
    ///
    /// - Parameters:
    ///   - name: UTF-8.
    ///   - arguments: a CBOR sequence.
    ///   - date: milliseconds since 1970 by the wall clock, for those who want to read it.
    mutating func emit(
        _ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, now: Instant, date: Int64
    ) -> GroupSendOutcome

    /// Takes a datagram, whose bytes are valid until `nextEffect` has returned nil.
    mutating func receive(_ datagram: UnsafeRawBufferPointer, from source: DatagramAddress, now: Instant)

    /// What follows from the last call. What it lends is valid until the next call but those that a listener may
    /// make: `emit`, `stop` and `start`.
    mutating func nextEffect() -> GroupEffect?

    /// What the protocol calls the message or datagram that the event told last was in. For logs, while a listener is
    /// told of it.
    var sequence: String { get }

    // MARK: Time

    /// The earliest moment at which `advance` has something to do; nil when there is none.
    var deadline: Instant? { get }

    /// Time has passed.
    mutating func advance(to now: Instant)

    // MARK: Sending

    /// Adds the datagrams that may leave now, in order, as long as they are `byteCountMax` bytes at most. They stay
    /// here, and where they are, until `sent`.
    mutating func collect(into runs: inout ContiguousArray<DatagramRun>, byteCountMax: Int, now: Instant)

    /// So many of the datagrams collected last have left, counted from the first one. The others are collected again.
    mutating func sent(_ count: Int, now: Instant)

    // MARK: Who is there

    /// The name by which the others know this member while it takes part.
    var id: String { get }

    /// The members that are heard, this one not among them, in no particular order.
    var members: [GroupMember] { get }

    /// What has become of all events and datagrams.
    var statistics: GroupStatistics { get }
}
