internal import HarkWire

/// Facts as a console shows them.
extension Value {
    static func count(_ count: Int) -> Value { .int(Int64(count)) }

    /// Counts by name, in order.
    static func counts(_ counts: [(String, Int)]) -> Value {
        .object(Value.Object(counts.sorted { $0.0 < $1.0 }.map { ($0.0, count($0.1)) }))
    }

    static func seconds(_ duration: Duration) -> Value { .double(Double(duration.milliseconds) / 1_000) }

    /// In milliseconds, with their thousandths.
    static func milliseconds(_ duration: Duration) -> Value {
        .double((duration / .microseconds(1)).rounded() / 1_000)
    }

    /// Of a part from 0 to 1, with its hundredths.
    static func percentage(_ part: Double?) -> Value { part.map { .double(($0 * 10_000).rounded() / 100) } ?? .null }

    /// What has become of an event: true when somebody may get it.
    static func result(_ result: EmitResult) -> Value {
        switch result {
        case .written, .queued: true
        case .noListeners: false
        case .dropped(let reason): .string("dropped: \(reason.rawValue)")
        }
    }
}
