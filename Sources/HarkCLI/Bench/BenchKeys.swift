import Hark

/// What the two sides of a measurement say to each other.
enum BenchKeys {
    static let ping = EventKey<Bytes>("bench.ping")
    static let pong = EventKey<Bytes>("bench.pong")
    static let load = EventKey<Bytes>("bench.load")
    static let cast = EventKey<Bytes>("bench.cast")
    /// To all clients of a fan-out.
    static let news = EventKey<Bytes>("bench.news")
    /// What comes after it counts.
    static let begin: EventKey<> = EventKey("bench.begin")
    /// To a group, during the warm-up.
    static let warmUp = EventKey<Bytes>("bench.warm")

    // Requests.
    static let hello = "bench.hello"
    static let start = "bench.start"
    static let echo = "bench.echo"
    static let memory = "bench.memory"
    static let finish = "bench.finish"
    static let join = "bench.join"
    static let tally = "bench.tally"
}
