/// Whether an emitter's `emit` reaches the listeners of the emitter itself. `send` never does, `localEmit` reaches only
/// them.
public enum EchoPolicy: Sendable, Hashable, CaseIterable {
    /// Events go to the other side. The default.
    case remoteOnly
    /// Events go to the other side, then to the emitter's own listeners.
    case remoteThenLocal
    /// Events go to the emitter's own listeners and do not leave the process.
    case localOnly
}
