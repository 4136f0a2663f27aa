internal import ArgumentParser

/// What the contestants do.
enum Workload: String, ExpressibleByArgument {
    /// One end sends messages as fast as the other takes them.
    case flood
    /// One message goes back and forth.
    case pingPong = "ping-pong"
    /// A flood from a thread that is not the loop's.
    case emit
    /// One event is encoded and decoded, without a socket.
    case codec
}
