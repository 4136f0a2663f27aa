extension LifecycleKey where Payload == PeerInfo {
    /// Group: somebody has connected to its admin console.
    public static var replConnected: LifecycleKey { LifecycleKey("replConnected") }
    /// Group: somebody's connection to its admin console has ended.
    public static var replDisconnected: LifecycleKey { LifecycleKey("replDisconnected") }
}
