internal import HarkProtocol

extension NativeHello {
    /// What a gateway says for a client of whom the wire tells nothing.
    static var silent: NativeHello { NativeHello(node: NativeIdentifier(high: 0, low: 0), heartbeat: 0) }
}
