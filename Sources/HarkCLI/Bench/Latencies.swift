import Foundation
import Hark
import Histogram

/// How long events took, in nanoseconds.
struct Latencies: Sendable {
    /// An hour; what takes longer counts as an hour.
    private static let nanosecondsMax: UInt64 = 3_600_000_000_000

    /// Three digits, as is usual.
    private var histogram = Histogram<UInt64>(
        lowestDiscernibleValue: 1, highestTrackableValue: nanosecondsMax, numberOfSignificantValueDigits: .three)

    mutating func record(_ nanoseconds: Int) {
        histogram.record(min(UInt64(max(1, nanoseconds)), Self.nanosecondsMax))
    }

    mutating func add(_ other: Latencies) { histogram.add(other.histogram) }

    mutating func reset() { histogram.reset() }

    var count: Int { Int(histogram.totalCount) }

    /// The names of the figures, and the share of events that were no slower.
    static let percentiles = [("p50", 50), ("p90", 90), ("p99", 99), ("p99.9", 99.9), ("p99.99", 99.99)]

    func percentile(_ percentile: Double) -> Int {
        // The histogram answers with the end of a bucket.
        Int(min(histogram.valueAtPercentile(percentile), histogram.maxRecorded))
    }

    /// The percentiles and the maximum, in microseconds.
    var figures: [(name: String, value: Double)] {
        guard count > 0 else { return [] }
        return Self.percentiles.map { ($0.0, Double(percentile($0.1)) / 1_000) }
            + [("max", Double(histogram.maxRecorded) / 1_000)]
    }

    /// The percentile distribution in the text format of HdrHistogram, in microseconds.
    var distribution: String {
        var text = ""
        histogram.outputPercentileDistribution(to: &text, outputValueUnitScalingRatio: 1_000)
        return text
    }

    // MARK: Between processes

    /// Value, count, value, count, and so on.
    var json: Value {
        .array(histogram.recordedValues().flatMap { [.int(Int64($0.value)), .int(Int64($0.count))] })
    }

    init() {}

    /// Nil for what `json` does not give.
    init?(_ json: Value?) {
        guard let numbers = json?.array?.compactMap(\.int), numbers.count % 2 == 0 else { return nil }
        for index in stride(from: 0, to: numbers.count, by: 2) {
            guard numbers[index] > 0, numbers[index + 1] > 0 else { return nil }
            histogram.record(UInt64(numbers[index]), count: UInt64(numbers[index + 1]))
        }
    }
}
