package import HarkWire
package import Logging

/// What an admin console shows and drives.
@EventLoop
package protocol ConsoleTarget: AnyObject, Sendable {
    /// Ahead of `> ` in the prompt, as `hark@vm`.
    var consoleName: String { get }

    /// What stands ahead of the dot in `eventcast.stop()`; nil where there are no members.
    var consoleObject: String? { get }

    /// What stands behind that dot, by name. Asked for each time.
    var consoleMembers: [String: ConsoleMember] { get }

    /// Who is there: an object for each, all with the same fields.
    var consolePeers: [Value] { get }

    /// What has become of all events, as an object.
    var consoleStatistics: Value { get }

    /// What is listened to.
    var consoleSubscriptions: [ConsoleSubscription] { get }

    /// Emits an event, as the program itself would.
    func consoleEmit(_ name: String, _ arguments: [Value]) -> EmitResult

    /// The components that log, the root first, and from which level on.
    var consoleLogLevels: [(component: String, level: Logger.Level)] { get }

    /// Changes from which level on is logged.
    ///
    /// - Parameter component: one of `consoleLogLevels`; nil for all.
    /// - Throws: when there is no such component, or its level cannot be changed.
    func consoleLog(from level: Logger.Level, component: String?) throws(HarkError)

    /// Waits until everything emitted so far has left.
    func consoleDrain() async throws

    /// Somebody has connected to the console, or has gone.
    func consoleConnected(_ who: PeerInfo)
    func consoleDisconnected(_ who: PeerInfo)
}

extension ConsoleTarget {
    package var consoleObject: String? { nil }
    package var consoleMembers: [String: ConsoleMember] { [:] }
    package func consoleConnected(_ who: PeerInfo) {}
    package func consoleDisconnected(_ who: PeerInfo) {}
}
