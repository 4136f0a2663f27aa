/// The client that a redialer works for.
@EventLoop
protocol RedialerOwner: AnyObject {
    /// There is a connection: greet, and say `opened()` when the handshake is complete.
    func redialer(didDial connection: any Connection)

    /// An attempt has failed, or the connection is lost.
    func redialer(didFail error: HarkError, isLoss: Bool)

    /// The next attempt has to wait.
    func redialer(waits backoff: Backoff)

    /// There will be no further attempt. The latest has failed with `error`, or is given up while under way.
    func redialer(didGiveUp error: HarkError)
}
