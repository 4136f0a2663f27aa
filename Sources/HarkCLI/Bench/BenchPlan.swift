import Hark

/// What to measure, and how.
struct BenchPlan: Sendable {
    var mode: BenchMode
    /// In seconds.
    var duration: Double
    /// In seconds; what happens meanwhile does not count.
    var warmUp: Double
    /// Bytes of an event's argument.
    var size: Int
    /// Events per second; nil for as many as are answered or taken.
    var rate: Double?
    /// How many may wait for their answers.
    var window: Int
    /// Clients that a fan-out reaches.
    var clients: Int
    /// Connections that idle.
    var connections: Int
    /// How often to measure.
    var runs: Int

    /// The options that were in force, for comparing runs.
    var json: Value {
        var fields: [(String, Value)] = [("duration", .double(duration)), ("warmUp", .double(warmUp))]
        if mode != .idle { fields += [("size", .int(Int64(size))), ("rate", rate.map { .double($0) } ?? .null)] }
        if mode.isAnswered { fields.append(("window", .int(Int64(window)))) }
        if mode == .fanOut { fields.append(("clients", .int(Int64(clients)))) }
        if mode == .idle { fields.append(("connections", .int(Int64(connections)))) }
        return .object(Value.Object(fields))
    }

    /// For people.
    var summary: String {
        var parts: [String] = []
        if mode == .idle { parts.append("\(connections.grouped) connections") }
        if mode == .fanOut { parts.append("\(clients.grouped) clients") }
        if mode != .idle { parts.append("\(size.grouped) bytes") }
        if mode.isAnswered { parts.append("window \(window.grouped)") }
        if runs > 1 { parts.append("\(runs.grouped) runs") }
        if let rate { parts.append("\(Int(rate).grouped) events/s wanted") }
        return parts.joined(separator: ", ")
    }
}
