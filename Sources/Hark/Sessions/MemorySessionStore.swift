public import HarkUV

/// Keeps sessions in this process: for a server that is made anew while the process lives on, and for tests.
///
/// It holds so many records at most; beyond, the one that was saved longest ago goes.
@EventLoop
public final class MemorySessionStore: SessionStore {
    private struct Record {
        let bytes: [UInt8]
        let deadline: UInt64
        let number: Int
    }

    private var records: [String: Record] = [:]
    private var savedCount = 0
    private let countMax: Int
    private let clock: any EventClock

    /// - Parameters:
    ///   - count: how many records to keep at most.
    ///   - environment: whose clock says when a record's time is over.
    public nonisolated init(count: Int = 10_000, environment: Environment = .live) {
        countMax = max(count, 1)
        clock = environment.clock
    }

    /// How many records there are, those whose time is over included.
    public var count: Int { records.count }

    /// The record last saved under `key`; nil when there is none, or its time is over.
    public func load(_ key: String) -> [UInt8]? {
        guard let record = records[key], record.deadline > clock.now else { return nil }
        return record.bytes
    }

    /// Keeps `record` for `duration` from now, or until it is saved again.
    public func save(_ key: String, _ record: [UInt8], keepFor duration: Duration) {
        if records[key] == nil, records.count >= countMax { makeRoom() }
        savedCount += 1
        records[key] = Record(bytes: record, deadline: clock.now + duration.milliseconds, number: savedCount)
    }

    /// Forgets a record, if it is there.
    public func remove(_ key: String) { records[key] = nil }

    /// Forgets what is over, or else what is oldest.
    private func makeRoom() {
        let now = clock.now
        records = records.filter { $0.value.deadline > now }
        guard records.count >= countMax, let oldest = records.min(by: { $0.value.number < $1.value.number }) else {
            return
        }
        records[oldest.key] = nil
    }
}
