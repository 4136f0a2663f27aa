import Foundation
import Hark
import Logging

/// What an admin console shows of a member of a group.
@EventLoop
final class GroupConsole: ConsoleTarget {
    private let group: MulticastGroup

    init(_ group: MulticastGroup) { self.group = group }

    var consoleName: String { "\(group.options.dialect)@\(ProcessInfo.processInfo.hostName)" }

    var consolePeers: [Value] {
        group.members.sorted { $0.id < $1.id }.map { member in
            [
                "id": .string(member.id), "address": .string(member.endpoint.description),
                "host": member.hostname.isEmpty ? .null : .string(member.hostname),
            ]
        }
    }

    var consoleStatistics: Value {
        let (events, datagrams) = (group.statistics, group.traffic)
        let dropped = events.dropped.sorted { $0.key.rawValue < $1.key.rawValue }
        let fields = [
            ("emitted", events.emitted), ("written", events.written), ("waiting", events.inFlight),
            ("received", events.received), ("lost", datagrams.lostEventCount),
            ("queuedBytes", datagrams.queuedByteCount), ("sentDatagrams", datagrams.sentDatagramCount),
            ("sentBytes", datagrams.sentByteCount), ("receivedDatagrams", datagrams.receivedDatagramCount),
            ("receivedBytes", datagrams.receivedByteCount), ("repairedDatagrams", datagrams.repairedDatagramCount),
            ("repairedBytes", datagrams.repairedByteCount),
        ]
        return .object(
            Value.Object(
                [("id", .string(group.id)), ("url", group.endpoint.map { .string($0.description) } ?? .null)]
                    + fields.map { ($0.0, .int(Int64($0.1))) }
                    + [("dropped", .object(Value.Object(dropped.map { ($0.key.rawValue, .int(Int64($0.value))) })))]))
    }

    var consoleSubscriptions: [ConsoleSubscription] {
        group.eventNames.map { ConsoleSubscription($0, listenerCount: group.listenerCount(for: $0)) }
    }

    func consoleEmit(_ name: String, _ arguments: [Value]) -> EmitResult { group.emit(name, values: arguments) }

    var consoleLogLevels: [(component: String, level: Logger.Level)] { [("cast", group.options.logLevel)] }

    func consoleLog(from level: Logger.Level, component: String?) throws(HarkError) {
        throw HarkError(.unsupported, "hark cast logs from the level on that it was started with, by --log-level")
    }

    func consoleDrain() async throws { try await group.drained() }
}
