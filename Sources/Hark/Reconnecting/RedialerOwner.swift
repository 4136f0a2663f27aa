/// The client that a redialer works for.
@EventLoop
protocol RedialerOwner: AnyObject {
    /// There is a connection: greet, and say `opened()` when the handshake is complete.
    func redialer(didDial connection: any Connection)

    /// The handshake has taken too long.
    func redialerDropsConnection()

    /// An attempt has failed, or the connection is lost.
    func redialer(didFail error: HarkError, isLoss: Bool)

    /// The next attempt has to wait.
    func redialer(waits backoff: Backoff)

    /// There will be no further attempt; `error` is that of the last one.
    func redialer(didGiveUp error: HarkError)
}
