internal import Hark

/// The events of the contest, resolved once.
enum Keys {
    static let flood = EventKey<Bytes>("flood")
    static let ping = EventKey<Bytes>("ping")
    static let pong = EventKey<Bytes>("pong")
    /// The ball as a String.
    static let textPing = EventKey<String>("ping")
    static let textPong = EventKey<String>("pong")
    static let text = EventKey<String>("text")
    /// With the moment in which it was asked, which the answer repeats.
    static let question = EventKey<Int>("question")
    static let answer = EventKey<Int>("answer")
    static let order = EventKey<Int, Double>("order")
}
