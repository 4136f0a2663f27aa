internal import HarkUV

/// The emitter that a link works for.
@EventLoop
protocol LinkOwner: AnyObject {
    /// Whose listeners hear the events: the emitter's first, then those of the server it belongs to.
    var audience: [ListenerTable] { get }

    /// Who answers requests of this name.
    func responder(of name: String) -> Responder?

    /// Server: the client has introduced itself and waits for `accept` or `refuse`.
    func linkDidGreet(_ hello: Hello)

    /// Events pass.
    func linkDidOpen()

    /// The other side has set or removed values of the shared data, all with one message.
    func linkDidChangeData(_ changes: [SharedData.Change])

    /// A value of the shared data is another, whoever has changed it.
    func linkDidTouchData()

    /// The queue has fallen to the low-water mark.
    func linkDidDrain()

    /// The other side does not take what waits for it.
    func linkIsSlow(_ consumer: SlowConsumer)

    /// More waits than may. The connection shall end, and the goodbye is written.
    func linkDidOverflow(_ error: HarkError)

    /// The connection has ended. The other side may have asked to stay away for `retryAfter` milliseconds.
    func linkDidClose(_ error: HarkError, retryAfter: UInt64?)

    /// The listeners of both sides answer each other without an end.
    func linkDidStorm(_ storm: Storm)

    /// Something went wrong that does not end the connection.
    func linkDidFail(_ error: HarkError)
}
