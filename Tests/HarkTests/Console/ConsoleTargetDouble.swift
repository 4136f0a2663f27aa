import Hark
import HarkWire
import Logging

/// What a console drives, and what it was told.
@EventLoop
final class ConsoleTargetDouble: ConsoleTarget {
    var consoleName = "eventcast@vm"
    var consoleObject: String? = "eventcast"
    var consolePeers: [Value] = [["id": "a", "address": "10.0.0.1:5000"], ["id": "bc", "address": "10.0.0.2:5000"]]
    var consoleStatistics: Value = ["sent": 3, "refused": ["malformed": 1]]
    var consoleSubscriptions = [
        ConsoleSubscription("news", listenerCount: 2), ConsoleSubscription("a.*", isPattern: true, listenerCount: 1),
    ]
    var result = EmitResult.written
    private(set) var emitted: [String] = []
    private(set) var levels: [(component: String, level: Logger.Level)] = [("eventcast", .info), ("repl", .warning)]
    private(set) var isStarted = true
    /// Whether `drain` returns.
    let drained = Signal()
    private(set) var drainCount = 0
    private(set) var connected: [PeerInfo] = []
    private(set) var disconnected: [PeerInfo] = []

    var consoleMembers: [String: ConsoleMember] {
        [
            "id": .property { "0123456789abcdef" },
            "status": .property { [weak self] in self?.isStarted == true ? "started" : "stopped" },
            "stop": .method { [weak self] _ in self?.set(isStarted: false) ?? nil },
            "start": .method { [weak self] _ in self?.set(isStarted: true) ?? nil },
            "echo": .method { .array($0) },
            "fail": .method { _ in throw HarkError(.limit, "it has failed") },
        ]
    }

    private func set(isStarted: Bool) -> Value {
        self.isStarted = isStarted
        return true
    }

    func consoleEmit(_ name: String, _ arguments: [Value]) -> EmitResult {
        emitted.append("\(name)\(Value.array(arguments))")
        return result
    }

    var consoleLogLevels: [(component: String, level: Logger.Level)] { levels }

    func consoleLog(from level: Logger.Level, component: String?) throws(HarkError) {
        for index in levels.indices where component == nil || levels[index].component == component {
            levels[index].level = level
        }
    }

    func consoleDrain() async throws {
        drainCount += 1
        await drained.wait()
    }

    func consoleConnected(_ who: PeerInfo) { connected.append(who) }
    func consoleDisconnected(_ who: PeerInfo) { disconnected.append(who) }
}
