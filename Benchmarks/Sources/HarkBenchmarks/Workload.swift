internal import ArgumentParser

/// What the contestants do.
enum Workload: String, ExpressibleByArgument {
    /// One end sends messages as fast as the other takes them.
    case flood
    /// One message goes back and forth.
    case pingPong = "ping-pong"
    /// One end sends each message over many connections.
    case fanOut = "fan-out"
    /// Many connections on which nothing passes but signs of life.
    case idle
    /// A flood of which only so many messages may be unacknowledged.
    case acknowledged
    /// A flood from a thread that is not the loop's.
    case emit
    /// One end sends messages to a multicast group, of which the other is the only member.
    case multicast
    /// A message goes back and forth in a group, once a millisecond, while others are busy with the console of one end.
    case console
    /// A flood between two nodes of a bus, directly or passed on by a third.
    case relay
    /// One event is encoded and decoded, without a socket.
    case codec
}
