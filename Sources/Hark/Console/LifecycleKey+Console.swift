extension LifecycleKey where Payload == PeerInfo {
    /// Group and node: somebody has connected to its admin console.
    public static var replConnected: LifecycleKey { LifecycleKey("replConnected") }
    /// Group and node: somebody's connection to its admin console has ended.
    public static var replDisconnected: LifecycleKey { LifecycleKey("replDisconnected") }
}
