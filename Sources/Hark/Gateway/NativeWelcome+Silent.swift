internal import HarkProtocol

extension NativeWelcome {
    /// What a gateway says for a server of whom the wire tells nothing.
    static var silent: NativeWelcome {
        NativeWelcome(node: NativeIdentifier(high: 0, low: 0), peer: "", heartbeat: 0)
    }
}
