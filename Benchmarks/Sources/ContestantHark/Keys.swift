internal import Hark

/// The events of the contest, resolved once.
enum Keys {
    static let flood = EventKey<Bytes>("flood")
    static let ping = EventKey<Bytes>("ping")
    static let pong = EventKey<Bytes>("pong")
    static let text = EventKey<String>("text")
    static let order = EventKey<Int, Double>("order")
}
