internal import HarkUV

/// Servers as the older libraries make them: a function gets each client, and listening needs no `await`.
extension Server {
    /// A server that listens at once. Who has made it may still attach listeners: they hear of `.listening`, or of the
    /// `.error` when the port cannot be bound.
    ///
    /// - Parameters:
    ///   - port: TCP; 0 lets the system choose, and `endpoints` tells.
    ///   - host: an address of this host; all by default.
    ///   - options: the defaults by default.
    ///   - connected: called for every client whose handshake is complete.
    public convenience init(
        port: Int, host: String? = nil, options: Options = Options(), _ connected: (@EventLoop (Peer) -> Void)? = nil
    ) {
        self.init(options: options)
        if let connected { onConnection(connected) }
        listen(port, host: host)
    }

    /// A server that waits for `listen`.
    ///
    /// - Parameter connected: called for every client whose handshake is complete.
    public convenience init(options: Options = Options(), _ connected: @escaping @EventLoop (Peer) -> Void) {
        self.init(options: options)
        onConnection(connected)
    }

    /// Listens on one more port, at once.
    ///
    /// What comes of it is told after this call has returned: by `.listening` and to `listening`, or to the `.error`
    /// listeners when the port cannot be bound. `listen(on:)` throws instead.
    ///
    /// - Parameters:
    ///   - port: TCP; 0 lets the system choose.
    ///   - host: an address of this host; all by default.
    ///   - listening: called with the address really bound.
    public func listen(_ port: Int, host: String? = nil, _ listening: (@EventLoop (Endpoint) -> Void)? = nil) {
        do throws(HarkError) {
            let endpoint = try bind(.tcp(host, port: port))
            EventLoop.task { [self] in
                fire(.listening, endpoint)
                listening?(endpoint)
            }
        } catch {
            EventLoop.task { self.report(error) }
        }
    }
}
