import Hark

/// One thing that networks, or the settings of a machine, break.
protocol HealthCheck: Sendable {
    /// For scripts.
    var name: String { get }

    /// What is looked at, for `--help`.
    static var promise: String { get }

    /// Looks. Nothing of it leaves this machine.
    @EventLoop func find() -> Finding
}
