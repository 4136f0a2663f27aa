import Hark

/// The contract for scripts: one object per line.
extension Report {
    /// - Parameter time: what to tell as "time", if anything.
    func writeJSON(to bytes: inout ByteWriter, at time: Value? = nil) {
        bytes.beginFrame()
        do throws(JSONError) {
            try writeObject(to: &bytes)
        } catch {
            // Only values nested deeper than any that can be received.
            bytes.abandonFrame()
            Self.begin("error", &bytes)
            Self.field("message", "a value cannot be shown as JSON: \(error)", &bytes)
        }
        if let time {
            bytes.append(",\"time\":")
            bytes.append(Array(time.description.utf8).span.bytes)
        }
        bytes.append("}\n")
    }

    private func writeObject(to bytes: inout ByteWriter) throws(JSONError) {
        switch self {
        case .event(let name, let arguments, let peer, let isRedelivered):
            Self.begin("event", &bytes)
            try Self.fields(name, arguments, from: peer, &bytes)
            if isRedelivered { bytes.append(",\"redelivered\":true") }
        case .request(let id, let name, let arguments, let peer):
            Self.begin("request", &bytes)
            bytes.append(",\"id\":")
            try JSONWriter.write(.int(Int64(id)), to: &bytes)
            try Self.fields(name, arguments, from: peer, &bytes)
        case .listening(let endpoint):
            Self.begin("listening", &bytes)
            Self.field("url", endpoint.description, &bytes)
        case .connect(let peer):
            Self.begin("connect", &bytes)
            if let peer { Self.field("peer", peer, &bytes) }
        case .reconnect:
            Self.begin("reconnect", &bytes)
        case .disconnect(let peer, let reason):
            Self.begin("disconnect", &bytes)
            if let peer { Self.field("peer", peer, &bytes) }
            Self.field("message", reason, &bytes)
        case .backoff(let attempt, let delay):
            // Not part of the contract, and never written.
            Self.begin("backoff", &bytes)
            Self.field("attempt", attempt, &bytes)
            Self.field("milliseconds", Int(delay / .milliseconds(1)), &bytes)
        case .member(let id, let endpoint, let isThere):
            // Neither.
            Self.begin(isThere ? "join" : "leave", &bytes)
            Self.field("member", id, &bytes)
            Self.field("url", endpoint.description, &bytes)
        case .set(let values, let peer):
            Self.begin("set", &bytes)
            bytes.append(",\"values\":")
            try JSONWriter.write(.object(values), to: &bytes)
            if let peer { Self.field("from", peer, &bytes) }
        case .ack(let name):
            Self.begin("ack", &bytes)
            Self.field("name", name, &bytes)
        case .error(let message):
            Self.begin("error", &bytes)
            Self.field("message", message, &bytes)
        case .end(let statistics):
            Self.begin("end", &bytes)
            Self.field("sent", statistics.emitted, &bytes)
            Self.field("acknowledged", statistics.acknowledged, &bytes)
            if statistics.written > 0 { Self.field("written", statistics.written, &bytes) }
            let reasons = statistics.dropped.map { ($0.key.rawValue, Value.int(Int64($0.value))) }
            bytes.append(",\"dropped\":")
            try JSONWriter.write(.object(Value.Object(reasons.sorted { $0.0 < $1.0 })), to: &bytes)
            Self.field("unknown", statistics.unknown + statistics.inFlight, &bytes)
        }
    }

    private static func begin(_ type: StaticString, _ bytes: inout ByteWriter) {
        bytes.append("{\"type\":\"")
        bytes.append(type)
        bytes.append("\"")
    }

    private static func field(_ key: StaticString, _ text: String, _ bytes: inout ByteWriter) {
        bytes.append(",\"")
        bytes.append(key)
        bytes.append("\":")
        JSONWriter.write(text, to: &bytes)
    }

    private static func field(_ key: StaticString, _ count: Int, _ bytes: inout ByteWriter) {
        bytes.append(",\"")
        bytes.append(key)
        bytes.append("\":")
        bytes.append(Array("\(count)".utf8).span.bytes)
    }

    private static func fields(
        _ name: String, _ arguments: [Value], from peer: Peer.ID?, _ bytes: inout ByteWriter
    ) throws(JSONError) {
        field("name", name, &bytes)
        bytes.append(",\"args\":")
        try JSONWriter.write(.array(arguments), to: &bytes)
        if let peer { field("from", peer, &bytes) }
    }
}
